import { RotoscopeError } from "./errors.js";
import { sizeOf } from "./ndarray.js";
import { type ArrayLikeNd, float32Array, shapeOf } from "./nested-array.js";

/**
 * Refines positions to 1 / `factor` voxel: the map's Fourier series is evaluated on a grid of that step within 3/4 voxel of each position, and the highest place wins (ties to the lower).
 *
 * `scores` counts as periodic; each position is a voxel of it, as many numbers as it has axes. A voxel on the border may move out of it by a fraction.
 * Source: Guizar-Sicairos, Thurman and Fienup, Optics Letters 33, 156 (2008), whose matrix products are here those of the series' kernel itself, in pairs of voxels on either side of the position. A position costs
 * some factor passes over the map, all of which the series takes in. Throws a `RotoscopeError` (`argument`, `shape`) that names the argument.
 */
export function oversamplePeaks(
  scores: ArrayLikeNd,
  positions: readonly (readonly number[])[],
  factor: number = 8,
): number[][] {
  if (!Number.isInteger(factor) || factor < 1)
    throw new RotoscopeError("argument", `factor: ${factor}, expected an integer over 0`);
  const shape = shapeOf(scores, "scores");
  const { data } = float32Array(scores, shape, "scores");
  checkFactor(factor, shape);
  if (!Array.isArray(positions))
    throw new RotoscopeError("argument", `positions: ${String(positions)}, expected a list of voxels`);
  return positions.map((position: readonly number[], number) => {
    if (
      !Array.isArray(position) ||
      position.length !== shape.length ||
      position.some((p, axis) => !(Number.isInteger(p) && p >= 0 && p < shape[axis]!))
    )
      throw new RotoscopeError(
        "argument",
        `positions: ${number} is [${position}], expected a voxel of shape [${shape}]`,
      );
    return refine(data, shape, position, factor);
  });
}

/** Elements that may be held at a time: 1 GiB. */
const MOST = 2 ** 27;

function checkFactor(factor: number, shape: readonly number[]): void {
  const steps = 2 * reachOf(factor) + 1;
  const needs = shape.map((length, axis) =>
    Math.max(steps * length, steps ** (axis + 1) * sizeOf(shape.slice(axis + 1))),
  );
  if (Math.max(...needs) > MOST)
    throw new RotoscopeError(
      "argument",
      `factor: ${factor} of shape [${shape}] needs ${Math.max(...needs)} elements at a time, expected up to ${MOST}`,
    );
}

/** Steps to either side: 3/4 voxel. */
function reachOf(factor: number): number {
  return Math.floor(0.75 * factor);
}

function refine(data: Float32Array, shape: readonly number[], position: readonly number[], factor: number): number[] {
  const reach = reachOf(factor);
  const steps = 2 * reach + 1;
  let values: Float32Array | Float64Array = data;
  for (let axis = 0; axis < shape.length; axis++)
    values = contract(values, shape[axis]!, position[axis]!, kernelOf(shape[axis]!, reach, factor));
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  return position.map((p, axis) => {
    const at = Math.floor(best / steps ** (shape.length - 1 - axis)) % steps;
    return p + (at - reach) / factor;
  });
}

/** Weights of the series' kernel at a distance of 1, 2, ... `reach` steps from a voxel. */
interface Kernel {
  /** Per step: of the voxel itself. */
  readonly centre: Float64Array;
  /** Per step and pair of voxels 1, 2, ... away on either side: of their sum and their difference. */
  readonly sum: readonly Float64Array[];
  readonly difference: readonly Float64Array[];
}

function kernelOf(length: number, reach: number, factor: number): Kernel {
  const perStep = (weight: (x: number, away: number) => number): Float64Array[] =>
    Array.from({ length: reach }, (_, step) =>
      Float64Array.from({ length: length >> 1 }, (_, pair) => weight((step + 1) / factor, pair + 1) / 2),
    );
  const before = (x: number, away: number): number => periodicSinc(x + away, length);
  const after = (x: number, away: number): number => periodicSinc(x - away, length);
  return {
    centre: Float64Array.from({ length: reach }, (_, step) => periodicSinc((step + 1) / factor, length)),
    sum: perStep((x, away) => (2 * away === length ? after(x, away) : after(x, away) + before(x, away))),
    difference: perStep((x, away) => after(x, away) - before(x, away)),
  };
}

/** The Fourier series of a unit impulse on `length` samples; for even lengths the highest frequency counts half on either side. */
function periodicSinc(x: number, length: number): number {
  const half = (Math.PI * x) / length;
  const sine = Math.sin(half);
  if (Math.abs(sine) < 1e-12) return 1;
  const value = Math.sin(Math.PI * x) / (length * sine);
  return length % 2 === 0 ? value * Math.cos(half) : value;
}

/** Elements of a row that are worked on at a time: the sums of all steps stay in the first-level cache. */
const BLOCK = 128;

/** Replaces the first axis, of `length`, by the samples about `centre`, from -reach to reach steps; they become the last axis. */
function contract(values: Float32Array | Float64Array, length: number, centre: number, kernel: Kernel): Float64Array {
  const inner = values.length / length;
  const reach = kernel.centre.length;
  const out = new Float64Array(inner * (2 * reach + 1));
  const sum = new Float64Array(BLOCK);
  const difference = new Float64Array(BLOCK);
  const even = kernel.sum.map(() => new Float64Array(BLOCK));
  const odd = kernel.sum.map(() => new Float64Array(BLOCK));
  for (let begin = 0; begin < inner; begin += BLOCK) {
    const width = Math.min(BLOCK, inner - begin);
    const own = centre * inner + begin;
    for (let step = 0; step < reach; step++) {
      for (let k = 0; k < width; k++) even[step]![k] = kernel.centre[step]! * values[own + k]!;
      odd[step]!.fill(0);
    }
    for (let away = 1; 2 * away <= length; away++) {
      const after = ((centre + away) % length) * inner + begin;
      const before = ((centre - away + length) % length) * inner + begin;
      for (let k = 0; k < width; k++) {
        sum[k] = values[after + k]! + values[before + k]!;
        difference[k] = values[after + k]! - values[before + k]!;
      }
      for (let step = 0; step < reach; step++) {
        addProducts(even[step]!, sum, kernel.sum[step]![away - 1]!, width);
        addProducts(odd[step]!, difference, kernel.difference[step]![away - 1]!, width);
      }
    }
    for (let k = 0; k < width; k++) {
      const at = (begin + k) * (2 * reach + 1) + reach;
      out[at] = values[own + k]!;
      for (let step = 0; step < reach; step++) {
        out[at + step + 1] = even[step]![k]! + odd[step]![k]!;
        out[at - step - 1] = even[step]![k]! - odd[step]![k]!;
      }
    }
  }
  return out;
}

function addProducts(sums: Float64Array, values: Float64Array, weight: number, count: number): void {
  for (let k = 0; k < count; k++) sums[k]! += weight * values[k]!;
}
