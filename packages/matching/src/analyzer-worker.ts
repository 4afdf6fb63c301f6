import { parentPort } from "node:worker_threads";
import { type NdArray, ndarray } from "@rotoscope/core";
import type { Analyzer } from "./analyzer.js";
import { type AnalyzerRecipe, analyzerOf } from "./analyzer-recipe.js";

/** What the thread of an analyzer is asked: it is made first, then given scores, and asked for its state or the result. */
export type AnalyzerTask =
  | {
      readonly type: "make";
      readonly recipe: AnalyzerRecipe;
      readonly shape: readonly number[];
      /** To begin with; undefined: a fresh one. */
      readonly state: unknown;
    }
  | {
      readonly type: "update";
      readonly scores: Float32Array;
      readonly rotationMatrix: Float32Array;
      readonly rotationIndex: number;
    }
  | { readonly type: "state" }
  | { readonly type: "end"; readonly correction: NdArray<Float32Array> | null };

/** What was asked for. */
export interface AnalyzerOutcome {
  readonly state?: unknown;
  readonly result?: unknown;
  /** A correction was given that the analyzer can't take off. */
  readonly uncorrected?: boolean;
}

/** One answer per task. */
export interface AnalyzerReply {
  readonly error?: unknown;
  readonly outcome?: AnalyzerOutcome;
}

let analyzer: Analyzer;
let state: unknown;
let shape: readonly number[];
let last: Promise<unknown> = Promise.resolve();

parentPort?.on("message", (task: AnalyzerTask) => {
  last = last
    .then(() => answer(task))
    .then(
      (outcome) => parentPort?.postMessage({ outcome } satisfies AnalyzerReply),
      (error: unknown) => parentPort?.postMessage({ error } satisfies AnalyzerReply),
    );
});

async function answer(task: AnalyzerTask): Promise<AnalyzerOutcome> {
  if (task.type === "make") {
    shape = task.shape;
    analyzer = await analyzerOf(task.recipe, shape);
    state = task.state === undefined ? analyzer.initState() : task.state;
    return {};
  }
  if (task.type === "state") return { state: copied(state) };
  if (task.type === "end") {
    const { correction } = task;
    if (correction) state = (await analyzer.correctBackground?.(state, correction)) ?? state;
    return { result: await analyzer.result(state), uncorrected: correction !== null && !analyzer.correctBackground };
  }
  const { scores, rotationMatrix, rotationIndex } = task;
  state = await analyzer.update(state, { scores: ndarray(scores, shape), rotationMatrix, rotationIndex });
  return {};
}

/** A state with arrays of its own: neither what later updates change, nor the longer memory that they may be a part of. */
function copied(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice();
  const plain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return plain ? Object.fromEntries(Object.entries(value).map(([key, held]) => [key, copied(held)])) : value;
}
