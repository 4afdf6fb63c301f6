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
 * Iterates as the reference's 4-tuple `[scores, offset, rotations, rotationMapping]`.
 */
export interface AnalyzerResult extends ResultFields, Iterable<ResultTuple[number]> {}

/** Makes the named fields iterable as the reference's 4-tuple. */
export function analyzerResult<Fields extends ResultFields>(fields: Fields): Fields & AnalyzerResult {
  return Object.defineProperty(fields, Symbol.iterator, {
    enumerable: false,
    value: (): Iterator<ResultTuple[number]> => {
      const tuple: ResultTuple = [fields.scores, fields.offset, fields.rotations, fields.rotationMapping];
      return tuple[Symbol.iterator]();
    },
  }) as Fields & AnalyzerResult;
}

/** A peak of a score map. */
export interface Peak {
  /** Voxel, per axis (z, y, x). */
  readonly position: readonly number[];
  readonly score: number;
  /** Rotation index; -1 = none. */
  readonly rotation: number;
}
