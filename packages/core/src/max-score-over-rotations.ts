import { correctMaxima } from "./correct-maxima.js";
import { RotoscopeError } from "./errors.js";
import { sumValue } from "./exact-sum.js";
import type { ImprovementLog } from "./improvement-log.js";
import { type Kernels, plainKernels } from "./kernels.js";
import { checkState, createState, type MaxScoreState } from "./max-score-state.js";
import { type MergeOptions, mergeMaxScores } from "./merge-max-scores.js";
import { type NdArray, sizeOf } from "./ndarray.js";
import { type ArrayLikeNd, checkShape, float32Array } from "./nested-array.js";
import { checkAxes, checkOptions, cropRolled, keptBox, type PostProcessing } from "./post-process.js";
import { type AnalyzerResult, analyzerResult } from "./result.js";
import {
  checkUpdate,
  chooseRotation,
  learnRotations,
  numberRotation,
  type RotationList,
  type RotationUpdate,
  rotationList,
} from "./rotation-numbers.js";
import { checkStorage, type MapStorage, putBack, StoredArray, takeRange } from "./stored-array.js";
import { updateState } from "./update-state.js";

/** Options of `MaxScoreOverRotations`. */
export interface MaxScoreOptions {
  /** Shape of the score arrays, slowest axis first. */
  readonly shape: readonly number[];
  /** Where this piece sits in the whole target, in voxels; used only by `merge`. Default: zeros. */
  readonly offset?: readonly number[];
  /** Initial value of the score map: nothing at or below it is ever recorded. Default 0 (the reference page); `-Infinity` is allowed. */
  readonly scoreThreshold?: number;
  /** Keep the state in SharedArrayBuffers: it can be posted to other threads, which all update the one state. Default false. */
  readonly sharedMemory?: boolean;
  /** Keep the maps in this storage (`fileBackedStorage` of @rotoscope/matching: files), for runs larger than memory. Default: in memory. */
  readonly fileBacked?: MapStorage;
  /** Lock each block of a shared state while it is updated, so that no thread's maximum is lost to another's. Default true. */
  readonly threadSafe?: boolean;
  /** Trust that each rotation is seen once: every update's matrix is taken for a new one, without looking for equal bytes. Default false. */
  readonly inversionMapping?: boolean;
  /** All rotations, n x d x d: updates then say which by `rotationIndex` alone. */
  readonly rotations?: ArrayLikeNd;
}

/** One rotation's scores. */
export interface ScoreUpdate extends RotationUpdate {
  /** Scores of the analyzer's shape: an `NdArray` (a `StoredArray` too) or nested arrays. */
  readonly scores: ArrayLikeNd;
}

/**
 * For every voxel the best score over all rotations, and which rotation gave it.
 *
 * Where a new score is strictly better than the best so far it replaces it. NaN never wins. On ties the lowest rotation index wins,
 * whatever the order of the updates and the number of threads. Source: the reference's class of the same name.
 *
 * @example
 * const analyzer = new MaxScoreOverRotations({ shape: [50, 50] });
 * let state = analyzer.initState();
 * state = analyzer.update(state, { scores, rotationMatrix });
 * const { scores: best, rotations } = analyzer.result(state);
 */
export class MaxScoreOverRotations {
  /** As given: another instance with the same options does the same. */
  readonly options: MaxScoreOptions;
  readonly shape: readonly number[];
  readonly offset: readonly number[];
  readonly scoreThreshold: number;
  readonly sharedMemory: boolean;
  readonly threadSafe: boolean;
  readonly inversionMapping: boolean;
  readonly #fileBacked: MapStorage | null;
  readonly #list: RotationList | null;
  readonly #kernels: Kernels;

  /** Throws a `RotoscopeError` (`argument`, or `shape` for the rotations) that names the option and its value. */
  constructor(options: MaxScoreOptions, kernels: Kernels = plainKernels) {
    const shape = checkShape(options?.shape);
    const { offset = shape.map(() => 0), scoreThreshold = 0, sharedMemory = false } = options;
    checkAxes("offset", offset, shape);
    if (typeof scoreThreshold !== "number" || Number.isNaN(scoreThreshold))
      throw new RotoscopeError("argument", `scoreThreshold: ${scoreThreshold}, expected a number`);
    checkStorage(options.fileBacked);
    if (options.fileBacked && sharedMemory)
      throw new RotoscopeError(
        "argument",
        "fileBacked, sharedMemory: both given, a state lives either in files, for one thread, or in memory that threads share; to search beyond memory with workers, give match a memoryLimit",
      );
    this.options = options;
    this.shape = shape;
    this.offset = [...offset];
    this.scoreThreshold = scoreThreshold;
    this.sharedMemory = sharedMemory;
    this.threadSafe = options.threadSafe ?? true;
    this.inversionMapping = options.inversionMapping ?? false;
    this.#fileBacked = options.fileBacked ?? null;
    this.#list = options.rotations === undefined ? null : rotationList(options.rotations);
    this.#kernels = kernels;
  }

  /** Whether one instance may serve several workers. */
  get shareable(): boolean {
    return true;
  }

  /** A fresh state: scores at the threshold, rotations -1. */
  initState(): MaxScoreState {
    return createState(
      {
        shape: this.shape,
        scoreThreshold: this.scoreThreshold,
        sharedMemory: this.sharedMemory,
        threadSafe: this.threadSafe,
        fileBacked: this.#fileBacked,
        rotationCount: this.#list?.matrices.length,
      },
      this.#kernels,
    );
  }

  /**
   * Takes the scores of one rotation into `state`, in place, and returns it. Each improvement is appended to `log` where one is given.
   *
   * Throws a `RotoscopeError`: `shape` with both shapes when the scores don't fit, `argument` for a rotation that isn't one.
   */
  update(state: MaxScoreState, update: ScoreUpdate, log?: ImprovementLog): MaxScoreState {
    checkState(state, this.shape);
    checkUpdate(update);
    const scores = float32Array(update.scores, this.shape, "scores");
    const { matrix, index } = chooseRotation(this.#list, update);
    const number = numberRotation(state, matrix, index, this.inversionMapping && this.#list === null);
    updateState(state, scores, number, this.#kernels, this.acceptedBy(matrix), log ?? null);
    return state;
  }

  /** A byte per voxel, not 0 where scores of this rotation count; null = everywhere. */
  protected acceptedBy(_matrix: Float32Array): Uint8Array | null {
    return null;
  }

  /**
   * scores := (scores - mean) * invStd, in place, where a rotation was recorded; numbers, or arrays of the state's shape. Returns the state.
   *
   * Throws a `RotoscopeError` (`shape`, `argument`) that names the argument.
   */
  correctBackground(
    state: MaxScoreState,
    mean: number | ArrayLikeNd = 0,
    invStd: number | ArrayLikeNd = 1,
  ): MaxScoreState {
    checkState(state, this.shape);
    const size = sizeOf(this.shape);
    const means = background(mean, this.shape, "mean");
    const inverses = background(invStd, this.shape, "invStd");
    const piece = state.scores instanceof StoredArray ? 65_536 : size;
    for (let from = 0; from < size; from += piece) {
      const to = Math.min(from + piece, size);
      const best = takeRange(state.scores, from, to);
      const rotations = takeRange(state.rotations, from, to);
      correctMaxima(best, rotations, part(means, from, to), part(inverses, from, to));
      putBack(state.scores, from, best);
    }
    return state;
  }

  /**
   * The result of `state`, post-processed as the options say: rolled, then cropped. Without options its arrays are the state's own, not copies.
   *
   * Throws a `RotoscopeError` (`argument`, `shape`) that names the option.
   */
  result(state: MaxScoreState, options: PostProcessing = {}): AnalyzerResult {
    checkState(state, this.shape);
    checkOptions(options);
    learnRotations(state);
    const { fourierShift = this.shape.map(() => 0) } = options;
    checkAxes("fourierShift", fourierShift, this.shape);
    const box = keptBox(this.shape, options);
    const asItIs = fourierShift.every((shift) => shift === 0) && box.shape.join() === this.shape.join();
    const processed = <Data extends Float32Array | Int32Array>(map: NdArray<Data>): NdArray<Data> =>
      asItIs ? map : cropRolled(map, fourierShift, box.start, box.shape, this.#fileBacked);
    const observations = sizeOf(this.shape) * state.rotationMapping.size;
    return analyzerResult({
      scores: processed(state.scores),
      offset: this.offset,
      rotations: processed(state.rotations),
      rotationMapping: state.rotationMapping,
      meanSquare: observations === 0 ? 0 : sumValue(state.squares) / observations,
    });
  }

  /**
   * Joins results of splits of one target, or of disjoint sets of rotations. See `mergeMaxScores`.
   *
   * Null entries are skipped; one result merges to itself; none at all gives null.
   */
  static merge(
    results: readonly (AnalyzerResult | null | undefined)[],
    options: MergeOptions = {},
    kernels: Kernels = plainKernels,
  ): AnalyzerResult | null {
    return mergeMaxScores(results, options, kernels);
  }
}

function background(value: number | ArrayLikeNd, shape: readonly number[], name: string): Float32Array | Float64Array {
  if (typeof value !== "number") return float32Array(value, shape, name).data;
  if (Number.isNaN(value)) throw new RotoscopeError("argument", `${name}: NaN, expected a number or an array`);
  return Float64Array.of(value);
}

function part(values: Float32Array | Float64Array, from: number, to: number): Float32Array | Float64Array {
  return values.length === 1 ? values : values.subarray(from, to);
}
