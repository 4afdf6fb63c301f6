import type { LoggedImprovements, NdArray } from "@rotoscope/core";
import type { Provenance } from "./provenance.js";

/** What a search has done so far: enough to continue it to the same bytes as without interruption. */
export interface SearchState {
  /** Best score per voxel over the rotations that are done. */
  readonly scores: NdArray<Float32Array>;
  /** Rotation that gave it; -1 = none. */
  readonly rotations: NdArray<Int32Array>;
  readonly scoreThreshold: number;
  /** Matrices of the distinct rotations that are done. */
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Rotations of the whole search. */
  readonly rotationCount: number;
  /** Rotations that are done: disjoint ranges from ... to - 1, in the order in which they were. */
  readonly done: readonly (readonly [from: number, to: number])[];
  /** Per rotation of the search the sum of its squared scores; 0 for those that aren't done. */
  readonly squaresByRotation: Float64Array;
  /** What each of those ranges improved, in the same order; null when not recorded. */
  readonly improvements: readonly RangeImprovements[] | null;
  /** Per voxel what a background template scored at best in the rotations that are done, at least 0; null, or missing, without one. */
  readonly background?: Float32Array | null;
  /** What analyzers beside the best score have found; null, or missing, without any, or with such that can't be saved. */
  readonly analyzers?: AnalyzerStates | null;
  /** Hash of all that the outcome depends on. */
  readonly fingerprint: string;
  /** Time spent on it in all. */
  readonly elapsedSeconds: number;
  /** How it came about; `endedAt` is when the state was taken. */
  readonly provenance: Provenance | null;
}

/** States of the analyzers of a search. */
export interface AnalyzerStates {
  /** They have had all rotations before this one, and no other. */
  readonly next: number;
  /** What each of them is: the class and a hash of its options. */
  readonly identities: readonly string[];
  /** Plain data, typed arrays and maps. */
  readonly states: readonly unknown[];
}

/** What consecutive rotations from `from` on improved, logged against a state that had seen none but earlier ones. */
export interface RangeImprovements extends LoggedImprovements {
  readonly from: number;
}
