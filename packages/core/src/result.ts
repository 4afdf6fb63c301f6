import type { NdArray } from "./ndarray.js";

/** The reference's tuple: scores, offset, rotations, rotationMapping. */
export type ResultTuple = [
  NdArray<Float32Array>,
  readonly number[],
  NdArray<Int32Array>,
  ReadonlyMap<number, Float32Array>,
];

/** The named fields of an `AnalyzerResult`. */
export interface ResultFields {
  /** Best score per voxel, float32; the score threshold where nothing was better. */
  readonly scores: NdArray<Float32Array>;
  /** Where this piece starts in the whole target, in voxels, per axis. */
  readonly offset: readonly number[];
  /** Index into `rotationMapping` per voxel, int32; -1 = none. */
  readonly rotations: NdArray<Int32Array>;
  /** Rotation index to its d x d matrix, row-major, array axis order, target to template. */
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Sum of squared scores / (voxels x distinct rotations). */
  readonly meanSquare: number;
}

/**
 * What `MaxScoreOverRotations.result` gives: for every voxel the best score and the rotation that gave it.
 *
 * It is the reference's 4-tuple `[scores, offset, rotations, rotationMapping]` too: `result[2]` holds indices, `result[3].get(index)` the matrix.
 */
export interface AnalyzerResult extends ResultFields, Readonly<ResultTuple> {}

/** An array's methods for an object that prints and compares by its named fields. */
const TUPLE = Object.create(Array.prototype, { constructor: { value: Object } }) as object;

/** Makes the named fields the reference's 4-tuple too. */
export function analyzerResult<Fields extends ResultFields>(fields: Fields): Fields & AnalyzerResult {
  const tuple = (): ResultTuple => [fields.scores, fields.offset, fields.rotations, fields.rotationMapping];
  for (const index of tuple().keys())
    Object.defineProperty(fields, index, { configurable: true, get: () => tuple()[index] });
  Object.defineProperty(fields, "length", { configurable: true, value: tuple().length });
  return Object.setPrototypeOf(fields, TUPLE) as Fields & AnalyzerResult;
}

/** A peak of a score map. */
export interface Peak {
  /** Voxel, per axis (z, y, x). */
  readonly position: readonly number[];
  readonly score: number;
  /** Rotation index; -1 = none. */
  readonly rotation: number;
}
