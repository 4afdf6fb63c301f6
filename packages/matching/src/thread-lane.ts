import { Worker } from "node:worker_threads";
import { type AnalyzerResult, analyzerResult, type NdArray } from "@rotoscope/core";
import type { Analyzer, AnalyzerInput, RotationScores } from "./analyzer.js";
import type { AnalyzerLane } from "./analyzer-lane.js";
import type { AnalyzerRecipe } from "./analyzer-recipe.js";
import type { AnalyzerOutcome, AnalyzerReply, AnalyzerTask } from "./analyzer-worker.js";
import { askWorker } from "./ask-worker.js";

/** A thread that ends so often without getting further than before won't. */
const MOST_ENDS = 3;

/** What an analyzer in a thread is run with. */
export interface ThreadLaneOptions {
  readonly input: AnalyzerInput;
  readonly recipe: AnalyzerRecipe;
  readonly shape: readonly number[];
  /** The state to begin with, of an earlier run; undefined: a fresh one. */
  readonly saved: unknown;
  /** The scores of a rotation once more, to the same bits. */
  readonly again: (rotation: number) => Promise<RotationScores>;
  readonly warn: (sentence: string) => void;
}

/**
 * An analyzer in a thread of its own. One of ours comes back as its state, and gives its result in the calling thread.
 *
 * A thread that dies takes its state along: another one begins with what was saved last, or afresh, and is given the rotations since then once more, in the same order, so the outcome is the same.
 */
export class ThreadLane implements AnalyzerLane {
  readonly #options: ThreadLaneOptions;
  #worker: Promise<Worker> | null;
  /** The state that a new thread begins with, and the rotations that it has had since. */
  #saved: unknown;
  #since: number[] = [];
  #ends = 0;
  #furthest = -1;
  #closed = false;

  constructor(options: ThreadLaneOptions) {
    this.#options = options;
    this.#saved = options.saved;
    this.#worker = this.#begin();
  }

  async update(scores: RotationScores): Promise<void> {
    await this.#ask(updateTask(scores));
    this.#since.push(scores.rotationIndex);
  }

  async state(): Promise<unknown> {
    const { state } = await this.#ask({ type: "state" });
    this.#saved = state;
    this.#since = [];
    return state;
  }

  async end(correction: NdArray<Float32Array> | null): Promise<unknown> {
    const { input, recipe, warn } = this.#options;
    if (recipe.kind === "ours") {
      const { state } = await this.#ask({ type: "state" });
      const analyzer = input as Analyzer;
      return analyzer.result(correction ? analyzer.correctBackground!(state, correction) : state);
    }
    const { result, uncorrected } = await this.#ask({ type: "end", correction });
    if (uncorrected) warn("has no correctBackground: its scores are those before the background was taken off");
    return asResult(result);
  }

  close(): void {
    this.#closed = true;
    this.#worker?.then(
      (worker) => worker.terminate(),
      () => {},
    );
  }

  /** Asks the thread; as often as it dies, another one that is brought to where it was. */
  async #ask(task: AnalyzerTask): Promise<AnalyzerOutcome> {
    for (;;)
      try {
        this.#worker ??= this.#begin();
        return await ask(await this.#worker, task);
      } catch (error) {
        this.#replace(error);
      }
  }

  /** Goes on after a death; throws everything else, and a death too many. */
  #replace(error: unknown): void {
    const ended = (error as { code?: unknown } | null)?.code === "environment";
    const reached = this.#since.length;
    this.#ends = reached > this.#furthest ? 1 : this.#ends + 1;
    this.#furthest = Math.max(this.#furthest, reached);
    if (!ended || this.#closed || this.#ends === MOST_ENDS) throw error;
    this.#worker = null;
    this.#options.warn(
      `its thread ended after ${reached} rotations; it was replaced and they were repeated, to the same result`,
    );
  }

  #begin(): Promise<Worker> {
    const worker = this.#start();
    // Whoever asks it first hears of a failure.
    worker.catch(() => {});
    return worker;
  }

  async #start(): Promise<Worker> {
    const { recipe, shape, again } = this.#options;
    const execArgv = process.execArgv.filter((argument) => !argument.startsWith("--input-type"));
    const worker = new Worker(new URL("./analyzer-worker.js", import.meta.url), { execArgv });
    // While nothing is asked: the next question finds it ended.
    worker.on("error", () => {});
    try {
      await ask(worker, { type: "make", recipe, shape, state: this.#saved });
      for (const rotation of this.#since) await ask(worker, updateTask(await again(rotation)));
      return worker;
    } catch (error) {
      void worker.terminate();
      throw error;
    }
  }
}

function updateTask({ scores, rotationMatrix, rotationIndex }: RotationScores): AnalyzerTask {
  return { type: "update", scores: scores.data, rotationMatrix, rotationIndex };
}

/** A result that was copied between threads iterates as the reference's tuple again. */
function asResult(outcome: unknown): unknown {
  const result = outcome as Partial<AnalyzerResult> | null | undefined;
  return result?.scores && result.rotationMapping ? analyzerResult(result as AnalyzerResult) : outcome;
}

async function ask(worker: Worker, task: AnalyzerTask): Promise<AnalyzerOutcome> {
  const reply = await askWorker<AnalyzerReply>(worker, task);
  if ("error" in reply) throw reply.error;
  return reply.outcome ?? {};
}
