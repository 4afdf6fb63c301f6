import type { Provenance } from "@rotoscope/arrow";
import type { AnalyzerResult, ReplayableHistory, Volume } from "@rotoscope/core";

/** How far a search is. */
export interface Progress {
  /** Rotations done: those of all pieces; twice where these are surveyed before they are scored (MCC). */
  readonly done: number;
  /** Rotations in all. */
  readonly total: number;
  readonly elapsedSeconds: number;
  /** Best score so far; the score threshold before anything is found. */
  readonly maxScore: number;
}

/** The outcome of a search, which iterates as the reference's 4-tuple. `Results` are those of its analyzers. */
export interface MatchResult<Results extends readonly unknown[] = readonly unknown[]> extends AnalyzerResult {
  /** The results of the analyzers that were given to `match`, in their order. */
  readonly analyzers: Results;
  readonly target: Volume;
  readonly template: Volume;
  /** Per axis (z, y, x; y, x in 2-D); 0 = unknown. */
  readonly voxelSizeAngstrom: readonly number[];
  readonly scoreThreshold: number;
  /** The improvements step by step; null when not recorded. */
  readonly history: ReplayableHistory | null;
  /** False when the search was stopped early: the maps hold what was found until then. */
  readonly complete: boolean;
  /** Sentences on what may be wrong with the input or the outcome. */
  readonly warnings: readonly string[];
  readonly provenance: Provenance;
}
