import { Worker } from "node:worker_threads";
import { type AnalyzerResult, analyzerResult, ndarray } from "@rotoscope/core";
import type { Analyzer, AnalyzerInput, RotationScores } from "./analyzer.js";
import type { AnalyzerRecipe } from "./analyzer-recipe.js";
import type { AnalyzerReply, AnalyzerTask } from "./analyzer-worker.js";
import { askWorker } from "./ask-worker.js";

/** One analyzer at work, wherever it runs; it is given one rotation at a time. */
export interface AnalyzerLane {
  update(scores: RotationScores): Promise<void>;
  /** Its result; it takes nothing more. */
  end(): Promise<unknown>;
  close(): void;
}

/** An analyzer in the calling thread. Its scores are a copy of its own where `shared` says that others look at them too. */
export function callingLane(analyzer: Analyzer, shared: boolean): AnalyzerLane {
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
    async end() {
      begin();
      return analyzer.result(state);
    },
    close() {},
  };
}

/** An analyzer in a thread of its own. One of ours comes back as its state, and gives its result here. */
export function threadLane(input: AnalyzerInput, recipe: AnalyzerRecipe, shape: readonly number[]): AnalyzerLane {
  const execArgv = process.execArgv.filter((argument) => !argument.startsWith("--input-type"));
  const worker = new Worker(new URL("./analyzer-worker.js", import.meta.url), { execArgv });
  const made = ask(worker, { type: "make", recipe, shape });
  made.catch(() => {});
  return {
    async update({ scores, rotationMatrix, rotationIndex }) {
      await made;
      await ask(worker, { type: "update", scores: scores.data, rotationMatrix, rotationIndex });
    },
    async end() {
      await made;
      const outcome = await ask(worker, { type: "end" });
      return recipe.kind === "ours" ? (input as Analyzer).result(outcome) : asResult(outcome);
    },
    close() {
      void worker.terminate();
    },
  };
}

/** A result that was copied between threads iterates as the reference's tuple again. */
function asResult(outcome: unknown): unknown {
  const result = outcome as Partial<AnalyzerResult> | null | undefined;
  return result?.scores && result.rotationMapping ? analyzerResult(result as AnalyzerResult) : outcome;
}

async function ask(worker: Worker, task: AnalyzerTask): Promise<unknown> {
  const reply = await askWorker<AnalyzerReply>(worker, task);
  if ("error" in reply) throw reply.error;
  return reply.outcome;
}
