import type { findPeaks, History, NdArray, Peak, ResultFields, Volume } from "@rotoscope/core";

/** A result that can be shown: one of `match`, of an analyzer by hand, or read from a file. */
export interface ViewableResult extends ResultFields {
  readonly target?: Volume;
  readonly template?: Volume;
  /** Computes the scores of single rotations; `match` gives one. */
  readonly stepper?: Stepper;
  readonly voxelSizeAngstrom?: readonly number[];
  readonly scoreThreshold?: number;
  readonly history?: History | null;
  readonly warnings?: readonly string[];
}

/** Computes the scores of one rotation alone, on demand; a search is one. */
export interface Stepper {
  readonly rotationCount: number;
  /** The score map of rotation `index` (from 0), of the result's shape. Rejects when `signal` is aborted. */
  scoreMap(index: number, signal?: AbortSignal): Promise<Float32Array | NdArray<Float32Array>>;
}

/** A search under way, as `match` gives it. */
export interface ViewableSearch extends PromiseLike<ViewableResult>, Partial<Stepper> {
  readonly target: Volume;
  readonly template?: Volume;
  readonly shape: readonly number[];
  readonly scoreThreshold: number;
  /** n x d x d. */
  readonly rotations: NdArray<Float32Array>;
  readonly warnings: readonly string[];
  readonly running: boolean;
  readonly progress: {
    readonly done: number;
    readonly total: number;
    readonly elapsedSeconds: number;
    readonly maxScore: number;
  };
  onProgress(listener: (progress: ViewableSearch["progress"]) => void): () => void;
  /** The maps as they stand, copied without holding up the thread. */
  snapshotInTurns(): Promise<Pick<ResultFields, "scores" | "rotations">>;
  stop(): void;
}

/** What `show` takes. */
export type Viewable = ViewableResult | ViewableSearch | Volume;

/** How to show it. */
export interface ShowOptions {
  /** Stands above the slices. Default: none. */
  readonly title?: string;
  /** The volume that was searched, for a result that doesn't carry it. */
  readonly target?: Volume;
  /** The template, to draw the winning rotation, for a result that doesn't carry it. */
  readonly template?: Volume;
  /** Computes the view `This rotation`, for a result that doesn't carry one. */
  readonly stepper?: Stepper;
  /** Candidates, drawn over the slices. Default: the 1,000 highest peaks, at least half a template apart (2 % of the map's shortest side where the template isn't known). */
  readonly picks?: readonly Peak[];
  /** Candidates below it are not taken; it can be moved in the viewer. Default: the score of the last of `picks`, or of the 100th peak that was found. */
  readonly threshold?: number;
  /** Finds the candidates. Default: that of `@rotoscope/core`. */
  readonly findPeaks?: typeof findPeaks;
  /** URL of a module that exports that `findPeaks`, by which large maps are looked through in a thread of their own; a `findPeaks` without it blocks the kernel. */
  readonly findPeaksModule?: string;
}
