import { type NdArray, ndarray } from "@rotoscope/core";
import type { Analyzer, RotationScores } from "./analyzer.js";

/** One analyzer at work, wherever it runs; it is given one rotation at a time. */
export interface AnalyzerLane {
  update(scores: RotationScores): Promise<void>;
  /** What it has so far, as plain data that later updates don't change; to begin with in another run. */
  state(): Promise<unknown>;
  /** Its result, with `correction` taken off the scores where that is given; it takes nothing more. */
  end(correction: NdArray<Float32Array> | null): Promise<unknown>;
  close(): void;
}

/** An analyzer in the calling thread. Its scores are a copy of its own where `shared` says that others look at them too. */
export function callingLane(analyzer: Analyzer, shared: boolean, warn: (sentence: string) => void): AnalyzerLane {
  let state: unknown;
  let begun = false;
  const begin = (): void => {
    if (!begun) state = analyzer.initState();
    begun = true;
  };
  return {
    async update(update) {
      begin();
      const { data, shape } = update.scores;
      state = await analyzer.update(state, shared ? { ...update, scores: ndarray(data.slice(), shape) } : update);
    },
    async state() {
      begin();
      return structuredClone(state);
    },
    async end(correction) {
      begin();
      if (correction && analyzer.correctBackground) state = await analyzer.correctBackground(state, correction);
      else if (correction) warn("has no correctBackground: its scores are those before the background was taken off");
      return analyzer.result(state);
    },
    close() {},
  };
}
