import { RotoscopeError } from "./errors.js";

/**
 * The z for which erfc(z) = x, x from 0 to 2; to 1e-14 of z. 0 gives Infinity, 2 -Infinity.
 *
 * Halley's iteration on erfc. Throws a `RotoscopeError` (`argument`) outside that range.
 */
export function erfcInverse(x: number): number {
  if (!(x >= 0 && x <= 2)) throw new RotoscopeError("argument", `x: ${x}, expected 0 to 2`);
  if (x === 0) return Number.POSITIVE_INFINITY;
  if (x > 1) return -erfcInverse(2 - x);
  if (x === 1) return 0;
  const t = Math.sqrt(-2 * Math.log(x / 2));
  let z = (t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t))) * Math.SQRT1_2;
  for (let step = 0; step < 8; step++) {
    const slope = (-2 * Math.exp(-z * z)) / Math.sqrt(Math.PI);
    if (slope === 0) break;
    const newton = (erfc(z) - x) / slope;
    const next = z - newton / (1 + z * newton);
    if (Math.abs(next - z) <= 1e-16 * Math.abs(z)) return next;
    z = next;
  }
  return z;
}

/** The complementary error function, 1 - erf(z), to 1e-14 of its value where that is over 1e-300. */
function erfc(z: number): number {
  if (z < 0) return 2 - erfc(-z);
  if (z < 2) {
    let term = z;
    let sum = z;
    for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
      term *= (2 * z * z) / (2 * k + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
  }
  let fraction = z;
  for (let k = 120; k > 0; k--) fraction = z + k / 2 / fraction;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction;
}
