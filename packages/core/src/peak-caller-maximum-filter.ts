import { RotoscopeError } from "./errors.js";
import { filterByDistance } from "./filter-by-distance.js";
import { type NdArray, sizeOf, stridesOf } from "./ndarray.js";
import type { Peak, ResultFields } from "./result.js";
import { windowMaximum } from "./window-maximum.js";

/** Options of a peak caller. */
export interface PeakCallerOptions {
  /** Shape of the score arrays, slowest axis first. */
  readonly shape: readonly number[];
  /** How many peaks to keep. Default 1000. */
  readonly numPeaks?: number;
  /** Peaks closer than `minDistance` + 1 voxels to a better one fall. Default 1. */
  readonly minDistance?: number;
  /** Peaks within this many voxels of the border fall. Default 0. */
  readonly minBoundaryDistance?: number;
  /** Lowest score to keep. Default: none. */
  readonly minScore?: number;
  /** Highest score to keep. Default: none. */
  readonly maxScore?: number;
}

/** The peaks found so far, best first. */
export interface PeakState {
  readonly peaks: readonly Peak[];
}

/** Scores to look for peaks in: the map with, per voxel, its rotation (as in a result), or one rotation's map with its index. */
export interface PeakUpdate {
  readonly scores: NdArray<Float32Array>;
  readonly rotations?: NdArray<Int32Array>;
  readonly rotationIndex?: number;
}

/**
 * Finds voxels that equal the maximum of the window [p - floor(d/2), p - floor(d/2) + d) along each axis, d = minDistance.
 *
 * What lies outside the array counts as -Infinity; NaN is no peak, nor are voxels of rotation -1 (never better than the threshold). Ties go to the lower flat index.
 *
 * @example
 * const caller = new PeakCallerMaximumFilter({ shape: result.scores.shape, numPeaks: 100, minDistance: 5 });
 * const peaks = caller.result(caller.update(caller.initState(), result));
 */
export class PeakCallerMaximumFilter {
  readonly options: Required<PeakCallerOptions>;

  /** Throws a `RotoscopeError` (`argument`) that names the option and its value. */
  constructor(options: PeakCallerOptions) {
    this.options = {
      numPeaks: 1000,
      minDistance: 1,
      minBoundaryDistance: 0,
      minScore: Number.NEGATIVE_INFINITY,
      maxScore: Number.POSITIVE_INFINITY,
      ...options,
    };
    const { shape, numPeaks, minDistance, minBoundaryDistance } = this.options;
    if (shape.length === 0 || shape.some((length) => !Number.isInteger(length) || length <= 0))
      throw new RotoscopeError("argument", `shape: [${shape}], expected positive integers`);
    if (!Number.isInteger(numPeaks) || numPeaks <= 0)
      throw new RotoscopeError("argument", `numPeaks: ${numPeaks}, expected an integer over 0`);
    if (!(minDistance >= 0)) throw new RotoscopeError("argument", `minDistance: ${minDistance}, expected >= 0`);
    if (!(minBoundaryDistance >= 0))
      throw new RotoscopeError("argument", `minBoundaryDistance: ${minBoundaryDistance}, expected >= 0`);
  }

  /** A state without peaks. */
  initState(): PeakState {
    return { peaks: [] };
  }

  /** Joins the peaks of one more map with those of `state`; neither is modified. Throws a `RotoscopeError` (`shape`) with both shapes. */
  update(state: PeakState, update: PeakUpdate): PeakState {
    const { shape } = this.options;
    for (const [name, array] of [
      ["scores", update.scores],
      ["rotations", update.rotations],
    ] as const)
      if (array && array.shape.join() !== shape.join())
        throw new RotoscopeError("shape", `${name}: shape [${array.shape}], expected [${shape}]`);
    return this.#keep([...state.peaks, ...this.#propose(update)]);
  }

  /** The peaks of `state`, best first. */
  result(state: PeakState): readonly Peak[] {
    return state.peaks;
  }

  /** Joins the states of several callers with this one's options. */
  merge(states: readonly PeakState[]): PeakState {
    return this.#keep(states.flatMap((state) => state.peaks));
  }

  #propose({ scores, rotations, rotationIndex = -1 }: PeakUpdate): Peak[] {
    const { shape, minDistance, minBoundaryDistance, minScore, maxScore } = this.options;
    const { data } = scores;
    const highest = windowMaximum(data, shape, Math.max(1, Math.floor(minDistance)));
    const strides = stridesOf(shape);
    const peaks: Peak[] = [];
    for (let voxel = 0; voxel < sizeOf(shape); voxel++) {
      const score = data[voxel]!;
      if (score !== highest[voxel] || !(score >= minScore && score <= maxScore) || score === Number.NEGATIVE_INFINITY)
        continue;
      const rotation = rotations ? rotations.data[voxel]! : rotationIndex;
      if (rotations && rotation === -1) continue;
      const position = shape.map((length, axis) => Math.floor(voxel / strides[axis]!) % length);
      if (position.some((p, axis) => p < minBoundaryDistance || p >= shape[axis]! - minBoundaryDistance)) continue;
      peaks.push({ position, score, rotation });
    }
    return peaks;
  }

  #keep(peaks: Peak[]): PeakState {
    const { shape, minDistance, numPeaks } = this.options;
    const strides = stridesOf(shape);
    const flat = (peak: Peak): number => peak.position.reduce((sum, p, axis) => sum + p * strides[axis]!, 0);
    peaks.sort((a, b) => b.score - a.score || flat(a) - flat(b) || a.rotation - b.rotation);
    const coordinates = Float64Array.from(peaks.flatMap((peak) => peak.position));
    return {
      peaks: Array.from(filterByDistance(coordinates, shape.length, minDistance, numPeaks), (kept) => peaks[kept]!),
    };
  }
}

/** The peaks of a finished result, best first: `PeakCallerMaximumFilter` on its maps. */
export function findPeaks(
  result: Pick<ResultFields, "scores" | "rotations">,
  options: Omit<PeakCallerOptions, "shape"> = {},
): readonly Peak[] {
  const caller = new PeakCallerMaximumFilter({ ...options, shape: result.scores.shape });
  return caller.result(caller.update(caller.initState(), result));
}
