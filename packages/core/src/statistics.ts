import { checkList, checkObject } from "./check-argument.js";
import { erfcInverse } from "./erfc-inverse.js";
import { RotoscopeError } from "./errors.js";
import { type NdArray, sizeOf } from "./ndarray.js";
import { type ArrayLikeNd, checkShape, float32Array, shapeOf } from "./nested-array.js";
import type { ResultFields } from "./result.js";

/** The mean of a score map, NaN excluded; NaN when nothing else is there. */
export function meanScore(scores: ArrayLikeNd): number {
  const { data } = float32Array(scores, shapeOf(scores, "scores"), "scores");
  let sum = 0;
  let count = 0;
  for (const score of data) {
    if (Number.isNaN(score)) continue;
    sum += score;
    count++;
  }
  return sum / count;
}

/** The deviation of all scores that a search computed, over every voxel and rotation, about 0: the square root of the running mean of squares. */
export function scoreDeviation(result: Pick<ResultFields, "meanSquare">): number {
  return Math.sqrt(meanSquareOf(result));
}

function meanSquareOf(result: Pick<ResultFields, "meanSquare">): number {
  checkObject("result", result, "what an analyzer's result gives");
  if (typeof result.meanSquare !== "number")
    throw new RotoscopeError("argument", `result: meanSquare: ${String(result.meanSquare)}, expected a number`);
  return result.meanSquare;
}

/** What a cut-off is computed from and for. */
export interface CutoffOptions {
  /** How many false positives are accepted in the whole map. Default 1. */
  readonly numFalsePositives?: number;
  /** Voxels closer than this to the border don't count; that of the peak caller. Default 0. */
  readonly minBoundaryDistance?: number;
}

/**
 * The score above which a search of noise would give `numFalsePositives` peaks: sqrt(2) sigma erfc^-1(2 nFP / (voxels x rotations)), sigma the deviation of all scores.
 *
 * Source: Rickgauer, Grigorieff and Denk, eLife 6:e25648 (2017). Throws a `RotoscopeError` (`argument`) that names the option, or when there is nothing to compute from.
 */
export function falsePositiveCutoff(
  result: Pick<ResultFields, "meanSquare" | "rotationMapping"> & {
    readonly scores: Pick<NdArray<Float32Array>, "shape">;
  },
  options: CutoffOptions = {},
): number {
  checkObject("options", options, "an object such as { numFalsePositives }");
  const { numFalsePositives = 1, minBoundaryDistance = 0 } = options;
  const meanSquare = meanSquareOf(result);
  const shape = checkShape(result.scores?.shape);
  if (!(result.rotationMapping instanceof Map))
    throw new RotoscopeError("argument", `result: rotationMapping: ${String(result.rotationMapping)}, expected a Map`);
  if (!(minBoundaryDistance >= 0))
    throw new RotoscopeError("argument", `minBoundaryDistance: ${minBoundaryDistance}, expected >= 0`);
  const voxels = sizeOf(shape.map((length) => Math.max(0, length - 2 * Math.ceil(minBoundaryDistance))));
  const observations = voxels * result.rotationMapping.size;
  if (observations === 0)
    throw new RotoscopeError(
      "argument",
      `result: ${voxels} voxels inside the boundary distance ${minBoundaryDistance} of [${shape}], ${result.rotationMapping.size} rotations; no cut-off`,
    );
  return noiseCutoff(meanSquare, observations, numFalsePositives);
}

/**
 * `falsePositiveCutoff` from the mean of squares and the number of `observations` (voxels x rotations) alone. Throws a `RotoscopeError` (`argument`) for a
 * number of false positives that is 0 or more than that.
 */
export function noiseCutoff(meanSquare: number, observations: number, numFalsePositives: number): number {
  if (!(numFalsePositives > 0 && numFalsePositives <= observations))
    throw new RotoscopeError(
      "argument",
      `numFalsePositives: ${numFalsePositives}, expected over 0, up to ${observations}`,
    );
  return Math.SQRT2 * Math.sqrt(meanSquare) * erfcInverse((2 * numFalsePositives) / observations);
}

/** How often scores fall into equal intervals. */
export interface ScoreHistogram {
  /** Lower end of each interval, and the upper end of the last. */
  readonly edges: Float64Array;
  readonly counts: Float64Array;
}

/**
 * Counts scores in `bins` equal intervals of `range` (default: lowest to highest finite score; half about a single one); the last interval includes its end. As numpy's `histogram`.
 *
 * NaN and what lies outside the range is not counted. Throws a `RotoscopeError` (`argument`) that names the option.
 */
export function scoreHistogram(
  scores: ArrayLikeNd,
  options: { readonly bins?: number; readonly range?: readonly [number, number] } = {},
): ScoreHistogram {
  checkObject("options", options, "an object such as { bins }");
  const { bins = 256 } = options;
  if (!Number.isInteger(bins) || bins <= 0)
    throw new RotoscopeError("argument", `bins: ${bins}, expected an integer over 0`);
  const { data } = float32Array(scores, shapeOf(scores, "scores"), "scores");
  const range = options.range ?? rangeOf(data);
  checkList("range", range, "two numbers");
  const [from, to] = range;
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to))
    throw new RotoscopeError("argument", `range: [${from}, ${to}], expected two finite numbers, the lower one first`);
  const edges = Float64Array.from({ length: bins + 1 }, (_, at) =>
    at === bins ? to : from + (at * (to - from)) / bins,
  );
  const counts = new Float64Array(bins);
  for (const score of data) {
    if (!(score >= from && score <= to)) continue;
    let bin = Math.min(bins - 1, Math.floor(((score - from) / (to - from)) * bins));
    if (score < edges[bin]!) bin--;
    else if (bin < bins - 1 && score >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return { edges, counts };
}

function rangeOf(data: Float32Array): readonly [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of data) {
    if (!Number.isFinite(score)) continue;
    if (score < lowest) lowest = score;
    if (score > highest) highest = score;
  }
  if (lowest > highest) return [0, 1];
  return lowest === highest ? [lowest - 0.5, highest + 0.5] : [lowest, highest];
}
