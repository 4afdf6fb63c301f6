import type { Provenance, SearchState } from "@rotoscope/arrow";
import type { AnalyzerResult, NdArray, Volume } from "@rotoscope/core";
import type { AnalyzerInput } from "./analyzer.js";
import type { ScoreBox } from "./extend-target.js";
import type { Pace } from "./pace.js";
import type { PrepareOptions } from "./prepared-target.js";
import type { SearchSummary } from "./search-summary.js";

/** What a search runs on, checked and completed by `match`. */
export interface SearchPlan {
  readonly target: Volume;
  readonly template: Volume;
  readonly prepare: PrepareOptions;
  /** Disjoint boxes of the score map that are searched one after the other; one for a target that fits into memory. */
  readonly pieces: readonly ScoreBox[];
  /** What is planned, for the user. */
  readonly summary: SearchSummary;
  /** The same once the first rotations have been timed. */
  readonly timed: (pace: Pace) => SearchSummary;
  /** n x d x d. */
  readonly rotations: NdArray<Float32Array>;
  readonly scoreThreshold: number;
  readonly workers: number;
  readonly history: boolean;
  /** The history has only improvements to scores above it. */
  readonly historyAbove: number;
  /** Bytes of history in memory; what is more goes to temporary files. */
  readonly historyMemory: number;
  /** What an earlier run of the same search had done. */
  readonly resume: SearchState | null;
  /** Where the state is saved now and then, and at the end. */
  readonly checkpoint: { readonly everySeconds: number; readonly save: (state: SearchState) => Promise<void> } | null;
  /** Each is given the score map of every rotation. */
  readonly analyzers: readonly AnalyzerInput[];
  readonly signal: AbortSignal | null;
  readonly warnings: readonly string[];
  /** Looks at the finished maps; returns sentences. */
  readonly inspect: (result: AnalyzerResult, relativeStd: Float32Array) => Promise<readonly string[]>;
  readonly provenance: Omit<Provenance, "startedAt" | "endedAt">;
}
