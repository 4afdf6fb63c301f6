import { RotoscopeError } from "./errors.js";
import type { ImprovementLog } from "./improvement-log.js";
import { matrixKey } from "./matrix-key.js";
import { mergeMaxScores } from "./merge-max-scores.js";
import { type NdArray, ndarray, sizeOf } from "./ndarray.js";
import { type ArrayLikeNd, float32Array } from "./nested-array.js";
import { type AnalyzerResult, analyzerResult } from "./result.js";

/** Options of `MaxScoreOverRotations`. */
export interface MaxScoreOptions {
  /** Shape of the score arrays, slowest axis first. */
  readonly shape: readonly number[];
  /** Where this piece sits in the whole target, in voxels; used only by `merge`. Default: zeros. */
  readonly offset?: readonly number[];
  /** Initial value of the score map: nothing at or below it is ever recorded. Default 0 (the reference page); `-Infinity` is allowed. */
  readonly scoreThreshold?: number;
  /** Keep the state in SharedArrayBuffers, so that other threads can read it while it is updated. Default false. */
  readonly sharedMemory?: boolean;
}

/** The state that `update` works on. */
export interface MaxScoreState {
  readonly scores: NdArray<Float32Array>;
  readonly rotations: NdArray<Int32Array>;
  /** Matrix of each rotation index seen so far. */
  readonly rotationMapping: Map<number, Float32Array>;
  /** Matrix bytes to rotation index. */
  readonly indexOfMatrix: Map<string, number>;
  /** Sum of the squares of all scores seen, NaN excluded. */
  sumOfSquares: number;
}

/** One rotation's scores. */
export interface ScoreUpdate {
  /** Scores of the analyzer's shape: an `NdArray` or nested arrays. */
  readonly scores: ArrayLikeNd;
  /** d x d, row-major, array axis order, target to template. */
  readonly rotationMatrix: ArrayLikeNd | Float32Array;
  /** Position in the caller's list of rotations. Default: numbered by first appearance of the matrix. */
  readonly rotationIndex?: number;
}

/**
 * For every voxel the best score over all rotations, and which rotation gave it.
 *
 * Where a new score is strictly better than the best so far it replaces it. NaN never wins. On ties the lowest rotation index wins,
 * whatever the order of the updates. Source: `spec`, the reference's class of the same name.
 *
 * @example
 * const analyzer = new MaxScoreOverRotations({ shape: [50, 50] });
 * let state = analyzer.initState();
 * state = analyzer.update(state, { scores, rotationMatrix });
 * const { scores: best, rotations } = analyzer.result(state);
 */
export class MaxScoreOverRotations {
  readonly shape: readonly number[];
  readonly offset: readonly number[];
  readonly scoreThreshold: number;
  readonly sharedMemory: boolean;

  /** Throws a `RotoscopeError` (`argument`) that names the option and its value. */
  constructor(options: MaxScoreOptions) {
    const { shape, offset = shape.map(() => 0), scoreThreshold = 0, sharedMemory = false } = options;
    if (shape.length === 0 || shape.some((length) => !Number.isInteger(length) || length <= 0))
      throw new RotoscopeError("argument", `shape: [${shape.join(", ")}], expected positive integers`);
    if (offset.length !== shape.length)
      throw new RotoscopeError("argument", `offset: ${offset.length} axes, shape has ${shape.length}`);
    if (Number.isNaN(scoreThreshold)) throw new RotoscopeError("argument", "scoreThreshold: NaN, expected a number");
    this.shape = [...shape];
    this.offset = [...offset];
    this.scoreThreshold = scoreThreshold;
    this.sharedMemory = sharedMemory;
  }

  /** Whether one instance may serve several workers. */
  get shareable(): boolean {
    return true;
  }

  /** A fresh state: scores at the threshold, rotations -1. */
  initState(): MaxScoreState {
    const size = sizeOf(this.shape);
    const buffer = (bytes: number): ArrayBufferLike =>
      this.sharedMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
    return {
      scores: ndarray(new Float32Array(buffer(size * 4)).fill(this.scoreThreshold), this.shape),
      rotations: ndarray(new Int32Array(buffer(size * 4)).fill(-1), this.shape),
      rotationMapping: new Map(),
      indexOfMatrix: new Map(),
      sumOfSquares: 0,
    };
  }

  /**
   * Takes the scores of one rotation into `state`, in place, and returns it. Each improvement is appended to `log` where one is given.
   *
   * Throws a `RotoscopeError` (`shape`) with both shapes when the scores don't fit.
   */
  update(state: MaxScoreState, update: ScoreUpdate, log?: ImprovementLog): MaxScoreState {
    const scores = float32Array(update.scores, this.shape, "scores").data;
    const index = rotationIndexOf(state, update);
    const best = state.scores.data;
    const rotations = state.rotations.data;
    let sumOfSquares = 0;
    for (let voxel = 0; voxel < best.length; voxel++) {
      const score = scores[voxel]!;
      if (!Number.isNaN(score)) sumOfSquares += score * score;
      if (score > best[voxel]!) {
        best[voxel] = score;
        rotations[voxel] = index;
        log?.add(voxel, score);
      } else if (score === best[voxel] && index < rotations[voxel]!) rotations[voxel] = index;
    }
    state.sumOfSquares += sumOfSquares;
    log?.endStep();
    return state;
  }

  /** The result of `state`; its arrays are the state's own, not copies. */
  result(state: MaxScoreState): AnalyzerResult {
    const observations = state.scores.data.length * state.rotationMapping.size;
    return analyzerResult({
      scores: state.scores,
      offset: this.offset,
      rotations: state.rotations,
      rotationMapping: state.rotationMapping,
      meanSquare: observations === 0 ? 0 : state.sumOfSquares / observations,
    });
  }

  /**
   * Joins results of splits of one target, or of disjoint sets of rotations. See `mergeMaxScores`.
   *
   * Null entries are skipped; one result merges to itself; none at all gives null.
   */
  static merge(
    results: readonly (AnalyzerResult | null | undefined)[],
    options: { readonly scoreThreshold?: number } = {},
  ): AnalyzerResult | null {
    return mergeMaxScores(results, options.scoreThreshold ?? 0);
  }
}

function rotationIndexOf(state: MaxScoreState, update: ScoreUpdate): number {
  const matrix = squareMatrix(update.rotationMatrix);
  const key = matrixKey(matrix);
  const known = state.indexOfMatrix.get(key);
  if (known !== undefined) return known;
  const index = update.rotationIndex ?? state.rotationMapping.size;
  if (!Number.isInteger(index) || index < 0)
    throw new RotoscopeError("argument", `rotationIndex: ${index}, expected an integer >= 0`);
  state.indexOfMatrix.set(key, index);
  state.rotationMapping.set(index, matrix);
  return index;
}

function squareMatrix(value: ArrayLikeNd | Float32Array): Float32Array {
  if (value instanceof Float32Array) {
    if (!Number.isInteger(Math.sqrt(value.length)) || value.length === 0)
      throw new RotoscopeError("shape", `rotationMatrix: ${value.length} elements, expected d x d`);
    return value;
  }
  const rows = "data" in value ? (value.shape[0] ?? 0) : value.length;
  return float32Array(value, [rows, rows], "rotationMatrix").data;
}
