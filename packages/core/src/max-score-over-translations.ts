import { RotoscopeError } from "./errors.js";
import { addExactly, sumValue } from "./exact-sum.js";
import { type Kernels, plainKernels } from "./kernels.js";
import type { MaxScoreOptions, ScoreUpdate } from "./max-score-over-rotations.js";
import { BLOCK, checkState, createState, emptyMaps, type MaxScoreState } from "./max-score-state.js";
import { maximumOverAxes } from "./maximum-over-axes.js";
import { checkSplits, checkStray, joinMappings, type MergeOptions, mergedMeanSquare } from "./merge-max-scores.js";
import { sizeOf } from "./ndarray.js";
import { checkShape, float32Array } from "./nested-array.js";
import { checkAxes, checkOptions, cropRolled, keptBox, type PostProcessing } from "./post-process.js";
import { type AnalyzerResult, analyzerResult } from "./result.js";
import {
  checkUpdate,
  chooseRotation,
  learnRotations,
  numberRotation,
  type RotationList,
  rotationList,
} from "./rotation-numbers.js";
import { lock, unlock } from "./shared-lock.js";

/** Options of `MaxScoreOverTranslations`. */
export interface TranslationOptions extends Omit<MaxScoreOptions, "fileBacked"> {
  /** Number of rows of the state: rotations that will be seen at most. */
  readonly nRotations: number;
  /** Axes of the scores over which the maximum is taken. Default: all. */
  readonly aggregateAxes?: readonly number[];
}

/**
 * For every rotation the best score over the aggregated axes: the state has the shape (nRotations, ...remaining axes), a rotation's row at its index.
 *
 * Nothing at or below the threshold is recorded, NaN never; `rotations` holds the row's index where something was, else -1.
 *
 * @example
 * const analyzer = new MaxScoreOverTranslations({ shape: [50, 50], nRotations: 10 });
 * let state = analyzer.initState();
 * state = analyzer.update(state, { scores, rotationMatrix });
 * const { scores: bestOfEachRotation } = analyzer.result(state);
 */
export class MaxScoreOverTranslations {
  /** As given: another instance with the same options does the same. */
  readonly options: TranslationOptions;
  readonly shape: readonly number[];
  readonly offset: readonly number[];
  readonly nRotations: number;
  readonly scoreThreshold: number;
  /** Shape of the state: nRotations, then the remaining axes. */
  readonly stateShape: readonly number[];
  readonly #aggregated: readonly boolean[];
  readonly #list: RotationList | null;
  readonly #kernels: Kernels;

  /** Throws a `RotoscopeError` (`argument`) that names the option and its value. */
  constructor(options: TranslationOptions, kernels: Kernels = plainKernels) {
    this.shape = checkShape(options?.shape);
    const { shape } = this;
    const { nRotations, offset = shape.map(() => 0), scoreThreshold = 0 } = options;
    const { aggregateAxes = shape.map((_, axis) => axis) } = options;
    if (!Number.isInteger(nRotations) || nRotations <= 0)
      throw new RotoscopeError("argument", `nRotations: ${nRotations}, expected an integer over 0`);
    checkAxes("offset", offset, shape);
    if (typeof scoreThreshold !== "number" || Number.isNaN(scoreThreshold))
      throw new RotoscopeError("argument", `scoreThreshold: ${scoreThreshold}, expected a number`);
    if (
      !Array.isArray(aggregateAxes) ||
      aggregateAxes.length === 0 ||
      new Set(aggregateAxes).size < aggregateAxes.length ||
      aggregateAxes.some((axis) => !(axis in shape))
    )
      throw new RotoscopeError(
        "argument",
        `aggregateAxes: [${String(aggregateAxes)}], expected different axes from 0 to ${shape.length - 1}`,
      );
    this.#aggregated = shape.map((_, axis) => aggregateAxes.includes(axis));
    this.offset = [...offset];
    this.nRotations = nRotations;
    this.scoreThreshold = scoreThreshold;
    this.stateShape = [nRotations, ...this.#remaining(shape)];
    this.options = options;
    this.#list = options.rotations === undefined ? null : rotationList(options.rotations);
    this.#kernels = kernels;
  }

  /** Whether one instance may serve several workers. */
  get shareable(): boolean {
    return true;
  }

  /** A fresh state: scores at the threshold, rotations -1. */
  initState(): MaxScoreState {
    const { sharedMemory = false, threadSafe = true } = this.options;
    return createState(
      {
        shape: this.stateShape,
        scoreThreshold: this.scoreThreshold,
        sharedMemory,
        threadSafe,
        fileBacked: null,
        rotationCount: this.nRotations,
      },
      this.#kernels,
    );
  }

  /**
   * Takes the maxima of one rotation's scores into its row of `state`, in place, and returns it.
   *
   * Throws a `RotoscopeError`: `shape` with both shapes when the scores don't fit, `argument` for a rotation past the last row.
   */
  update(state: MaxScoreState, update: ScoreUpdate): MaxScoreState {
    checkState(state, this.stateShape);
    checkUpdate(update);
    const scores = float32Array(update.scores, this.shape, "scores").data;
    const { matrix, index } = chooseRotation(this.#list, update);
    if (index !== undefined) this.#checkRow(index);
    const unique = (this.options.inversionMapping ?? false) && this.#list === null;
    const row = numberRotation(state, matrix, index, unique);
    this.#checkRow(row);
    const maxima = maximumOverAxes(scores, this.shape, this.#aggregated);
    const from = row * maxima.length;
    if (state.locks !== null) lock(state.locks, row % state.locks.length);
    try {
      this.#kernels.updateMaxima(
        state.scores.data.subarray(from, from + maxima.length),
        state.rotations.data.subarray(from, from + maxima.length),
        maxima,
        row,
        0,
        maxima.length,
      );
    } finally {
      if (state.locks !== null) unlock(state.locks, row % state.locks.length);
    }
    for (let start = 0; start < scores.length; start += BLOCK)
      addExactly(state.squares, this.#kernels.sumOfSquares(scores, start, Math.min(start + BLOCK, scores.length)));
    return state;
  }

  /** There is no background of a rotation's best score: throws a `RotoscopeError` (`unsupported`). */
  correctBackground(_state: MaxScoreState): never {
    throw new RotoscopeError("unsupported", "correctBackground: MaxScoreOverTranslations has no background correction");
  }

  /** The result of `state`; post-processing rolls and crops the remaining axes. */
  result(state: MaxScoreState, options: PostProcessing = {}): AnalyzerResult {
    checkState(state, this.stateShape);
    checkOptions(options);
    learnRotations(state);
    const { fourierShift = this.shape.map(() => 0) } = options;
    checkAxes("fourierShift", fourierShift, this.shape);
    const box = keptBox(this.shape, options);
    const shift = [0, ...this.#remaining(fourierShift)];
    const start = [0, ...this.#remaining(box.start)];
    const shape = [this.nRotations, ...this.#remaining(box.shape)];
    const observations = sizeOf(this.shape) * state.rotationMapping.size;
    return analyzerResult({
      scores: cropRolled(state.scores, shift, start, shape, null),
      offset: [0, ...this.#remaining(this.offset)],
      rotations: cropRolled(state.rotations, shift, start, shape, null),
      rotationMapping: state.rotationMapping,
      meanSquare: observations === 0 ? 0 : sumValue(state.squares) / observations,
    });
  }

  /**
   * Joins results of splits or of disjoint sets of rotations: a row per rotation of the union (in order of first appearance), the higher score where the remaining axes overlap.
   *
   * Null entries are skipped; one result merges to itself; none at all gives null. Inputs are not modified.
   */
  static merge(
    results: readonly (AnalyzerResult | null | undefined)[],
    options: Omit<MergeOptions, "fileBacked"> = {},
    kernels: Kernels = plainKernels,
  ): AnalyzerResult | null {
    checkOptions(options);
    const { scoreThreshold = 0 } = options;
    const splits = checkSplits(results, scoreThreshold);
    if (splits.length < 2) return splits[0] ?? null;
    const { rotationMapping, joints } = joinMappings(splits);
    const extent = splits[0]!.scores.shape.map((_, axis) =>
      Math.max(...splits.map((split) => split.offset[axis]! + split.scores.shape[axis]!)),
    );
    const shape = [rotationMapping.size, ...extent.slice(1)];
    const maps = emptyMaps(shape, null, (bytes) => kernels.allocate(bytes, false));
    const rows = splits.flatMap((split, number) =>
      [...split.rotationMapping.keys()].map((index) => ({ split, index, joint: joints[number]! })),
    );
    const pieces = rows.map(({ split, index, joint }) => {
      const row = sizeOf(split.scores.shape.slice(1));
      return {
        scores: split.scores.data.subarray(index * row, (index + 1) * row),
        winners: split.rotations.data.subarray(index * row, (index + 1) * row),
        shape: [1, ...split.scores.shape.slice(1)],
        offset: [joint[index + 1]!, ...split.offset.slice(1)],
        joint,
      };
    });
    const stray = kernels.mergeMaxima(maps.scores.data, maps.rotations.data, shape, pieces, scoreThreshold);
    checkStray(
      stray,
      rows.map(({ split }) => results.indexOf(split)),
    );
    return analyzerResult({
      ...maps,
      offset: shape.map(() => 0),
      rotationMapping,
      meanSquare: mergedMeanSquare(splits, ([, ...rest]) => sizeOf(rest)),
    });
  }

  #remaining<Entry>(perAxis: readonly Entry[]): Entry[] {
    return perAxis.filter((_, axis) => !this.#aggregated[axis]);
  }

  #checkRow(row: number): void {
    if (row >= this.nRotations)
      throw new RotoscopeError("argument", `rotationIndex: ${row}, expected below nRotations ${this.nRotations}`);
  }
}
