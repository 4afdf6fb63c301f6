import type { NdArray } from "@rotoscope/core";

/** The scores of one rotation of a search, as an analyzer gets them. */
export interface RotationScores {
  /** Of the search's shape: z, y, x; y, x in 2-D. */
  readonly scores: NdArray<Float32Array>;
  /** d x d, row-major, array axis order, target to template. */
  readonly rotationMatrix: Float32Array;
  /** Position in the search's list of rotations. */
  readonly rotationIndex: number;
}

/**
 * What takes in the scores of all rotations: one of ours (`MaxScoreOverRotationsConstrained`, `PeakCallerSort` ...), or an object of the user's. It is given every rotation's
 * scores once, in the order of the rotations, as by hand; of byte-equal rotations the first only.
 */
// biome-ignore lint/suspicious/noExplicitAny: the state is the analyzer's own affair
export interface Analyzer<State = any, Result = unknown> {
  /** Whether one instance may serve several workers. A search doesn't need that. */
  readonly shareable?: boolean;
  initState(): State;
  /** Takes one rotation's scores into the state and returns it; the scores are its own, to keep or change. May be async. */
  update(state: State, update: RotationScores): State | Promise<State>;
  correctBackground?(
    state: State,
    mean?: number | NdArray<Float32Array>,
    invStd?: number | NdArray<Float32Array>,
  ): State;
  result(state: State): Result;
}

/** An analyzer in a module, which runs in a thread of its own. Its default export is a class (made with `{ shape, ...options }`) or an analyzer; the result is copied to the caller. */
export interface AnalyzerModule {
  /** File URL, or a path (from the working directory). */
  readonly module: string | URL;
  /** What its class is made with, beside the `shape` of the scores; copied between threads. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What `match` takes as an analyzer. */
export type AnalyzerInput = Analyzer | AnalyzerModule | string | URL;

/** The results of several analyzers, in their order. */
export type AnalyzerResults<Inputs extends readonly AnalyzerInput[]> = {
  readonly [Index in keyof Inputs]: Inputs[Index] extends { result(...state: never[]): infer Result }
    ? Awaited<Result>
    : unknown;
};
