import { parentPort } from "node:worker_threads";
import { ndarray } from "@rotoscope/core";
import type { Analyzer } from "./analyzer.js";
import { type AnalyzerRecipe, analyzerOf } from "./analyzer-recipe.js";

/** What the thread of an analyzer is asked: it is made first, then given scores, and asked for the outcome at last. */
export type AnalyzerTask =
  | { readonly type: "make"; readonly recipe: AnalyzerRecipe; readonly shape: readonly number[] }
  | {
      readonly type: "update";
      readonly scores: Float32Array;
      readonly rotationMatrix: Float32Array;
      readonly rotationIndex: number;
    }
  | { readonly type: "end" };

/** One answer per task: of the last one the state of our analyzers, for the caller's instance, or the result of a module's. */
export interface AnalyzerReply {
  readonly error?: unknown;
  readonly outcome?: unknown;
}

let analyzer: Analyzer;
let state: unknown;
let shape: readonly number[];
let ours = false;
let last: Promise<unknown> = Promise.resolve();

parentPort?.on("message", (task: AnalyzerTask) => {
  last = last
    .then(() => answer(task))
    .then(
      (outcome) => parentPort?.postMessage({ outcome } satisfies AnalyzerReply),
      (error: unknown) => parentPort?.postMessage({ error } satisfies AnalyzerReply),
    );
});

async function answer(task: AnalyzerTask): Promise<unknown> {
  if (task.type === "make") {
    shape = task.shape;
    ours = task.recipe.kind === "ours";
    analyzer = await analyzerOf(task.recipe, shape);
    state = analyzer.initState();
    return undefined;
  }
  if (task.type === "end") return ours ? state : analyzer.result(state);
  const { scores, rotationMatrix, rotationIndex } = task;
  state = await analyzer.update(state, { scores: ndarray(scores, shape), rotationMatrix, rotationIndex });
  return undefined;
}
