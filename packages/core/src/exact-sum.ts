/** Lanes of 32 bits from 2^-1088 upwards, in 64 so that carries can wait; the last one counts infinities. */
const LANES = 69;
const LOWEST_EXPONENT = -1088;

/**
 * A sum of numbers >= 0 that is exact, so that it doesn't depend on their order or on which thread added which: a fixed-point number as wide as float64 reaches.
 *
 * Takes up to 2^31 additions. `memory` of a SharedArrayBuffer lets many threads add to one sum.
 */
export function exactSum(memory: ArrayBufferLike = new ArrayBuffer(exactSumBytes)): BigInt64Array {
  return new BigInt64Array(memory, 0, LANES);
}

/** Bytes that an exact sum takes. */
export const exactSumBytes: number = LANES * 8;

const float = new Float64Array(1);
const bits = new BigUint64Array(float.buffer);

/** Adds `value` (>= 0; infinity is taken too) to `sum`; atomically where it is shared. */
export function addExactly(sum: BigInt64Array, value: number): void {
  if (value === 0) return;
  if (!Number.isFinite(value)) {
    Atomics.add(sum, LANES - 1, 1n);
    return;
  }
  float[0] = value;
  const exponent = Number((bits[0]! >> 52n) & 0x7ffn);
  const fraction = bits[0]! & 0xfffffffffffffn;
  const shift = Math.max(exponent, 1) - 1075 - LOWEST_EXPONENT;
  let rest = (exponent === 0 ? fraction : fraction | 0x10000000000000n) << BigInt(shift & 31);
  for (let lane = shift >> 5; rest !== 0n; lane++, rest >>= 32n) Atomics.add(sum, lane, rest & 0xffffffffn);
}

/** Adds the sum `other` to `sum`. */
export function addSums(sum: BigInt64Array, other: BigInt64Array): void {
  for (let lane = 0; lane < LANES; lane++) Atomics.add(sum, lane, Atomics.load(other, lane));
}

/** The sum as the nearest float64. */
export function sumValue(sum: BigInt64Array): number {
  if (Atomics.load(sum, LANES - 1) > 0n) return Number.POSITIVE_INFINITY;
  let total = 0n;
  for (let lane = LANES - 2; lane >= 0; lane--) total = (total << 32n) + Atomics.load(sum, lane);
  const drop = Math.max(0, total.toString(2).length - 64);
  const lost = total & ((1n << BigInt(drop)) - 1n);
  const leading = Number((total >> BigInt(drop)) | (lost === 0n ? 0n : 1n));
  const exponent = drop + LOWEST_EXPONENT;
  const half = Math.trunc(exponent / 2);
  return leading * 2 ** half * 2 ** (exponent - half);
}
