import type { AnalyzerResult, History, NdArray, Peak, Volume } from "@rotoscope/core";

/** A result that can be shown: one of `match`, of an analyzer by hand, or read from a file. */
export interface ViewableResult extends AnalyzerResult {
  readonly target?: Volume;
  readonly voxelSizeAngstrom?: readonly number[];
  readonly scoreThreshold?: number;
  readonly history?: History | null;
  readonly warnings?: readonly string[];
}

/** A search under way, as `match` gives it. */
export interface ViewableSearch extends PromiseLike<ViewableResult> {
  readonly target: Volume;
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
  snapshot(): Pick<AnalyzerResult, "scores" | "rotations">;
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
  /** Drawn over the slices. */
  readonly picks?: readonly Peak[];
}
