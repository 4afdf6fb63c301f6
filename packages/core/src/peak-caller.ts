import { RotoscopeError } from "./errors.js";
import { filterByDistance } from "./filter-by-distance.js";
import { type Kernels, plainKernels } from "./kernels.js";
import { type NdArray, ndarray, sizeOf, stridesOf } from "./ndarray.js";
import { type ArrayLikeNd, float32Array, shapeOf } from "./nested-array.js";
import { checkPeakOptions, type PeakCallerOptions } from "./peak-options.js";
import { batchOf, type PeakMap, peakMaps } from "./peak-planes.js";
import { checkAxes, checkOptions, keptBox, type PostProcessing } from "./post-process.js";
import type { Peak } from "./result.js";
import { checkUpdate, numberRotation, type RotationNumbers, rotationNumbers } from "./rotation-numbers.js";
import { squareMatrix } from "./square-matrix.js";

/** The peaks found so far, best first, and the rotations that were numbered. */
export interface PeakState extends RotationNumbers {
  readonly peaks: readonly Peak[];
}

/** Scores to look for peaks in: a map with, per voxel, its rotation (as in a result), or one rotation's map with its matrix or index. */
export interface PeakUpdate {
  /** Of the caller's shape: an `NdArray` or nested arrays. */
  readonly scores: ArrayLikeNd;
  /** Rotation index per voxel, of the caller's shape too; a peak's rotation is taken from here. */
  readonly rotations?: ArrayLikeNd;
  /** The matrices of `rotations`. */
  readonly rotationMapping?: ReadonlyMap<number, Float32Array>;
  /** The rotation of the whole map: d x d. */
  readonly rotationMatrix?: ArrayLikeNd | Float32Array;
  /** The rotation's index. Default: numbered by first appearance of the matrix; -1 without a matrix. */
  readonly rotationIndex?: number;
  /** What the map held before any rotation; `PeakCallerMaximumFilter` takes nothing at or below it. Default: none. */
  readonly scoreThreshold?: number;
}

/** A `PeakUpdate` whose rotations are int32 in C order. */
export interface CheckedPeakUpdate extends Omit<PeakUpdate, "rotations"> {
  readonly rotations?: NdArray<Int32Array>;
}

/**
 * What all peak callers share: each strategy proposes voxels, the rest is the same.
 *
 * Proposals that are too close to the border, outside [minScore, maxScore] or NaN fall; the others join the peaks of the state; going down from the best, a peak falls
 * when floor(distance) to a kept one is at most `minDistance` (0 keeps all); the best `numPeaks` remain. Ties go to the lower flat index, then to the lower rotation.
 */
export abstract class PeakCaller {
  readonly options: Required<PeakCallerOptions>;
  protected readonly kernels: Kernels;

  /** Throws a `RotoscopeError` (`argument`) that names the option and its value. */
  constructor(options: PeakCallerOptions, kernels: Kernels = plainKernels) {
    this.options = checkPeakOptions(options);
    this.kernels = kernels;
  }

  /** Voxels of `map` that may be peaks, neither NaN nor -Infinity; `update` is what the map comes from. */
  protected abstract propose(map: PeakMap, update: CheckedPeakUpdate): Int32Array;

  /** Whether a proposed voxel of the whole map may be a peak. */
  protected accepts(_score: number, _rotation: number | null, _update: CheckedPeakUpdate): boolean {
    return true;
  }

  /** Whether one instance may serve several workers. */
  get shareable(): boolean {
    return true;
  }

  /** A state without peaks. */
  initState(): PeakState {
    return { peaks: [], ...rotationNumbers(false) };
  }

  /** Joins the peaks of one more map with those of `state`; neither is modified. Throws a `RotoscopeError` (`shape`, `argument`) that names the argument with both values. */
  update(state: PeakState, given: PeakUpdate): PeakState {
    const { shape, batchDims, projectionDims } = this.options;
    checkPeakState(state);
    checkUpdate(given);
    const { data } = float32Array(given.scores, shape, "scores");
    const { rotations, ...rest } = given;
    const update: CheckedPeakUpdate = rotations ? { ...rest, rotations: rotationMap(rotations, shape) } : rest;
    const numbers = copyOf(state);
    const rotation = rotationOf(numbers, update);
    const earlier = this.#byBatch(state.peaks);
    const peaks: Peak[] = [];
    for (const map of peakMaps(data, shape, batchDims, projectionDims))
      for (const peak of this.#joinProposals(earlier.get(map.batch) ?? [], map, update, rotation)) peaks.push(peak);
    return { ...numbers, peaks: batchDims.length === 0 ? peaks : this.#sorted(peaks) };
  }

  /** scores := (scores - mean) * invStd at each peak, by numbers or arrays of the caller's shape. Returns a new state. */
  correctBackground(state: PeakState, mean: number | ArrayLikeNd = 0, invStd: number | ArrayLikeNd = 1): PeakState {
    checkPeakState(state);
    const { shape } = this.options;
    const means = typeof mean === "number" ? null : float32Array(mean, shape, "mean").data;
    const inverses = typeof invStd === "number" ? null : float32Array(invStd, shape, "invStd").data;
    const peaks = state.peaks.map((peak) => {
      const at = this.#flat(peak);
      const score = (peak.score - (means?.[at] ?? (mean as number))) * (inverses?.[at] ?? (invStd as number));
      return { ...peak, score: Math.fround(score) };
    });
    return { ...state, peaks: this.#sorted(peaks) };
  }

  /**
   * The peaks of `state`, best first; positions post-processed as maps are: rolled, then cropped, those outside left out.
   *
   * Throws a `RotoscopeError` (`argument`, `shape`) that names the option.
   */
  result(state: PeakState, options: PostProcessing = {}): readonly Peak[] {
    checkPeakState(state);
    checkOptions(options);
    const { shape } = this.options;
    const { fourierShift = shape.map(() => 0) } = options;
    checkAxes("fourierShift", fourierShift, shape);
    const box = keptBox(shape, options);
    if (fourierShift.every((shift) => shift === 0) && box.shape.join() === shape.join()) return state.peaks;
    return state.peaks
      .map((peak) => ({
        ...peak,
        position: peak.position.map((p, axis) => {
          const length = shape[axis]!;
          return ((((p + fourierShift[axis]!) % length) + length) % length) - box.start[axis]!;
        }),
      }))
      .filter(({ position }) => position.every((p, axis) => p >= 0 && p < box.shape[axis]!));
  }

  /** Joins the states of several callers with this one's options. A rotation keeps its number where that is free; equal matrices get one. */
  merge(states: readonly (PeakState | null | undefined)[]): PeakState {
    const numbers = rotationNumbers(false);
    const peaks = states.flatMap((state) => {
      if (state == null) return [];
      const joint = new Map<number, number>();
      for (const [index, matrix] of state.rotationMapping)
        joint.set(
          index,
          numberRotation(numbers, matrix, numbers.rotationMapping.has(index) ? undefined : index, false),
        );
      return state.peaks.map((peak) => ({ ...peak, rotation: joint.get(peak.rotation) ?? peak.rotation }));
    });
    return {
      ...numbers,
      peaks: this.#sorted([...this.#byBatch(peaks).values()].flatMap((batch) => this.#keep(batch))),
    };
  }

  /** Joins results (lists of peaks whose rotations are numbered alike) with `options`, best first; null entries are skipped. */
  static merge(results: readonly (readonly Peak[] | null | undefined)[], options: PeakCallerOptions): readonly Peak[] {
    const caller = new MergedPeaks(options);
    return caller.merge(results.map((peaks) => peaks && { ...caller.initState(), peaks })).peaks;
  }

  /**
   * The proposals of a map joined with the batch's earlier peaks. Only as many of the best are looked at as it takes: the filter goes down from the best, so what
   * it keeps of the first k doesn't depend on the rest.
   */
  #joinProposals(earlier: readonly Peak[], map: PeakMap, update: CheckedPeakUpdate, rotation: number): Peak[] {
    const { shape, numPeaks } = this.options;
    const stride = stridesOf(shape);
    const voxels = this.propose(map, update).filter((voxel) => this.#isCandidate(map, voxel, update));
    if (map.axes.length === shape.length) voxels.sort();
    else voxels.sort((a, b) => map.whole(a) - map.whole(b));
    const scores = Float32Array.from(voxels, (voxel) => map.scores[voxel]!);
    for (let count = 2 * numPeaks; ; count *= 4) {
      const peaks = Array.from(
        this.kernels.proposeHighest(scores, Math.min(count, scores.length || 1)),
        (candidate) => {
          const at = map.whole(voxels[candidate]!);
          const position = shape.map((length, axis) => Math.floor(at / stride[axis]!) % length);
          return { position, score: scores[candidate]!, rotation: update.rotations?.data[at] ?? rotation };
        },
      );
      const kept = this.#keep([...earlier, ...peaks]);
      if (count >= scores.length || (kept.length === numPeaks && this.#isBelow(peaks, kept))) return kept;
    }
  }

  /** Whether the worst of `peaks` is no better than the worst kept one: then nothing that was left out could have been kept. */
  #isBelow(peaks: readonly Peak[], kept: readonly Peak[]): boolean {
    const worst = kept.at(-1)!;
    return peaks.some((peak) => this.#order(peak, worst) >= 0);
  }

  #isCandidate(map: PeakMap, voxel: number, update: CheckedPeakUpdate): boolean {
    const { minBoundaryDistance, minScore, maxScore } = this.options;
    const score = map.scores[voxel]!;
    if (!(score >= minScore && score <= maxScore)) return false;
    const rotation = update.rotations ? update.rotations.data[map.whole(voxel)]! : null;
    if (!this.accepts(score, rotation, update)) return false;
    for (let axis = map.shape.length - 1, rest = voxel; axis >= 0; axis--) {
      const length = map.shape[axis]!;
      const p = rest % length;
      if (p < minBoundaryDistance || p >= length - minBoundaryDistance) return false;
      rest = Math.floor(rest / length);
    }
    return true;
  }

  #keep(peaks: readonly Peak[]): Peak[] {
    const { shape, minDistance, numPeaks, batchDims, projectionDims } = this.options;
    const axes = shape
      .map((_, axis) => axis)
      .filter((axis) => !batchDims.includes(axis) && !projectionDims.includes(axis));
    const sorted = this.#sorted(peaks);
    const coordinates = new Float64Array(sorted.length * axes.length);
    sorted.forEach(({ position }, at) => {
      axes.forEach((axis, k) => {
        coordinates[at * axes.length + k] = position[axis]!;
      });
    });
    return Array.from(filterByDistance(coordinates, axes.length, minDistance, numPeaks), (kept) => sorted[kept]!);
  }

  #byBatch(peaks: readonly Peak[]): Map<number, Peak[]> {
    const { shape, batchDims } = this.options;
    const batches = new Map<number, Peak[]>();
    for (const peak of peaks) {
      const batch = batchOf(peak.position, shape, batchDims);
      const there = batches.get(batch);
      if (there) there.push(peak);
      else batches.set(batch, [peak]);
    }
    return batches;
  }

  #sorted(peaks: readonly Peak[]): Peak[] {
    return [...peaks].sort((a, b) => this.#order(a, b));
  }

  #order(a: Peak, b: Peak): number {
    return b.score - a.score || this.#flat(a) - this.#flat(b) || a.rotation - b.rotation;
  }

  #flat({ position }: Peak): number {
    const { shape } = this.options;
    return position.reduce((flat, p, axis) => flat * shape[axis]! + p, 0);
  }
}

/** Proposes nothing: for joining what others found. */
class MergedPeaks extends PeakCaller {
  protected propose(): Int32Array {
    return new Int32Array(0);
  }
}

function checkPeakState(state: PeakState): void {
  if (!Array.isArray(state?.peaks))
    throw new RotoscopeError("argument", `state: ${String(state)}, expected what initState gives`);
}

function copyOf({ rotationMapping, indexOfMatrix }: RotationNumbers): RotationNumbers {
  return { rotationMapping: new Map(rotationMapping), indexOfMatrix: new Map(indexOfMatrix), sharedRotations: null };
}

function rotationMap(rotations: ArrayLikeNd, shape: readonly number[]): NdArray<Int32Array> {
  const given = shapeOf(rotations, "rotations");
  if (given.join() !== shape.join())
    throw new RotoscopeError("shape", `rotations: shape [${given.join(", ")}], expected [${shape.join(", ")}]`);
  const data = "data" in rotations ? rotations.data : null;
  if (data instanceof Int32Array && data.length === sizeOf(shape)) return ndarray(data, shape);
  return ndarray(Int32Array.from(float32Array(rotations, shape, "rotations").data), shape);
}

function rotationOf(numbers: RotationNumbers, { rotationMatrix, rotationIndex, rotations }: CheckedPeakUpdate): number {
  if (rotationMatrix !== undefined && !rotations)
    return numberRotation(numbers, squareMatrix(rotationMatrix), rotationIndex, false);
  if (rotationIndex !== undefined && (!Number.isInteger(rotationIndex) || rotationIndex < -1))
    throw new RotoscopeError("argument", `rotationIndex: ${rotationIndex}, expected an integer >= -1`);
  return rotationIndex ?? -1;
}
