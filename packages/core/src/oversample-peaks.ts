import { RotoscopeError } from "./errors.js";
import { type ArrayLikeNd, float32Array, shapeOf } from "./nested-array.js";

/**
 * Refines positions to 1 / `factor` voxel: the map's Fourier series is evaluated on a grid of that step within 3/4 voxel of each position, and the highest place wins (ties to the lower).
 *
 * `scores` counts as periodic; each position is a voxel of it, as many numbers as it has axes. A voxel on the border may move out of it by a fraction.
 * Source: Guizar-Sicairos, Thurman and Fienup, Optics Letters 33, 156 (2008), whose matrix products are here those of the series' kernel itself. A position costs
 * some 2 factor passes over the map. Throws a `RotoscopeError` (`argument`, `shape`) that names the argument.
 */
export function oversamplePeaks(
  scores: ArrayLikeNd,
  positions: readonly (readonly number[])[],
  factor: number = 8,
): number[][] {
  if (!Number.isInteger(factor) || factor < 1)
    throw new RotoscopeError("argument", `factor: ${factor}, expected an integer over 0`);
  const shape = shapeOf(scores);
  const { data } = float32Array(scores, shape, "scores");
  return positions.map((position, number) => {
    if (position.length !== shape.length || position.some((p, axis) => !(p >= 0 && p < shape[axis]!)))
      throw new RotoscopeError(
        "argument",
        `positions: ${number} is [${position}], expected a voxel of shape [${shape}]`,
      );
    return refine(data, shape, position, factor);
  });
}

function refine(data: Float32Array, shape: readonly number[], position: readonly number[], factor: number): number[] {
  const reach = Math.ceil(0.75 * factor);
  const steps = 2 * reach + 1;
  let values: Float32Array | Float64Array = data;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    values = contract(values, length, kernelAbout(position[axis]!, length, reach, factor));
  }
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  return position.map((p, axis) => {
    const at = Math.floor(best / steps ** (shape.length - 1 - axis)) % steps;
    return p + (at - reach) / factor;
  });
}

/** Values of the periodic interpolation kernel: per sample about `position`, its weight for every voxel of the axis. */
function kernelAbout(position: number, length: number, reach: number, factor: number): Float64Array[] {
  return Array.from({ length: 2 * reach + 1 }, (_, sample) => {
    const x = position + (sample - reach) / factor;
    return Float64Array.from({ length }, (_, voxel) => periodicSinc(x - voxel, length));
  });
}

/** The Fourier series of a unit impulse on `length` samples; for even lengths the highest frequency counts half on either side. */
function periodicSinc(x: number, length: number): number {
  const half = (Math.PI * x) / length;
  const sine = Math.sin(half);
  if (Math.abs(sine) < 1e-12) return 1;
  const value = Math.sin(Math.PI * x) / (length * sine);
  return length % 2 === 0 ? value * Math.cos(half) : value;
}

/** Sums over the first axis of `length` elements once per weight vector; the samples become the last axis. */
function contract(values: Float32Array | Float64Array, length: number, kernel: readonly Float64Array[]): Float64Array {
  const inner = values.length / length;
  const out = new Float64Array(inner * kernel.length);
  const row = new Float64Array(inner);
  kernel.forEach((weights, sample) => {
    row.fill(0);
    for (let at = 0; at < length; at++) {
      const weight = weights[at]!;
      const begin = at * inner;
      for (let k = 0; k < inner; k++) row[k]! += weight * values[begin + k]!;
    }
    for (let k = 0; k < inner; k++) out[k * kernel.length + sample] = row[k]!;
  });
  return out;
}
