import { Worker } from "node:worker_threads";
import type { Provenance } from "@rotoscope/arrow";
import {
  type AnalyzerResult,
  analyzerResult,
  type History,
  joinImprovements,
  matrixKey,
  type NdArray,
  RotoscopeError,
  type Volume,
} from "@rotoscope/core";
import { type EngineShare, readMaps } from "@rotoscope/wasm";
import { gatherSplits, type Winners } from "./gather-splits.js";
import type { PrepareOptions } from "./prepared-target.js";
import type { PreparedReply, ScannedReply, ScanTask, WorkerReply, WorkerTask } from "./worker-messages.js";

/** How far a search is. */
export interface Progress {
  /** Rotations done. */
  readonly done: number;
  /** Rotations in all. */
  readonly total: number;
  readonly elapsedSeconds: number;
  /** Best score so far; the score threshold before anything is found. */
  readonly maxScore: number;
}

/** The outcome of a search. */
export interface MatchResult extends AnalyzerResult {
  readonly target: Volume;
  readonly template: Volume;
  /** Per axis (z, y, x; y, x in 2-D); 0 = unknown. */
  readonly voxelSizeAngstrom: readonly number[];
  readonly scoreThreshold: number;
  /** The improvements step by step; null when not recorded. */
  readonly history: History | null;
  /** False when the search was stopped early: the maps hold what was found until then. */
  readonly complete: boolean;
  /** Sentences on what may be wrong with the input or the outcome. */
  readonly warnings: readonly string[];
  readonly provenance: Provenance;
}

/** What a search runs on, checked and completed by `match`. */
export interface SearchPlan {
  readonly target: Volume;
  readonly template: Volume;
  readonly prepare: PrepareOptions;
  /** n x d x d. */
  readonly rotations: NdArray<Float32Array>;
  readonly scoreThreshold: number;
  readonly workers: number;
  readonly history: boolean;
  readonly signal: AbortSignal | null;
  readonly warnings: readonly string[];
  /** Looks at the finished maps; returns sentences. */
  readonly inspect: (result: AnalyzerResult, relativeStd: Float32Array) => readonly string[];
  readonly provenance: Omit<Provenance, "startedAt" | "endedAt">;
}

const REPORT_EVERY_MS = 100;

/**
 * A search in worker threads. It starts at once.
 *
 * `await search` gives the result (as often as wanted); `for await (const progress of search)` follows it; `stop()` ends it early and keeps what
 * was found. The score and rotation maps are bit-identical for any number of workers. A failure that nobody awaits is kept, and ends nothing.
 */
export class Search implements PromiseLike<MatchResult>, AsyncIterable<Progress> {
  readonly target: Volume;
  readonly template: Volume;
  readonly shape: readonly number[];
  readonly scoreThreshold: number;
  /** n x d x d. */
  readonly rotations: NdArray<Float32Array>;
  readonly warnings: readonly string[];
  readonly #plan: SearchPlan;
  readonly #startedAt = new Date();
  readonly #control: Int32Array;
  readonly #maxScores: Float32Array;
  readonly #chunks: readonly (readonly [from: number, to: number])[];
  readonly #workers = new Set<Worker>();
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly #outcome: Promise<MatchResult>;
  #share: EngineShare | null = null;
  #endedAt: Date | null = null;

  constructor(plan: SearchPlan) {
    this.#plan = plan;
    this.target = plan.target;
    this.template = plan.template;
    this.rotations = plan.rotations;
    this.scoreThreshold = plan.scoreThreshold;
    this.warnings = plan.warnings;
    const dimensions = plan.rotations.shape[1]!;
    this.shape = plan.target.shape.slice(3 - dimensions);
    const total = plan.rotations.shape[0]!;
    this.#chunks = evenChunks(total, plan.workers);
    this.#control = new Int32Array(new SharedArrayBuffer((1 + this.#chunks.length) * 4));
    this.#maxScores = new Float32Array(new SharedArrayBuffer(this.#chunks.length * 4)).fill(plan.scoreThreshold);
    this.#outcome = this.#run();
    this.#outcome.catch(() => {});
    const timer = setInterval(() => this.#report(), REPORT_EVERY_MS);
    timer.unref();
    const settle = (): void => {
      clearInterval(timer);
      this.#report();
    };
    this.#outcome.then(settle, settle);
    if (plan.signal?.aborted) this.stop();
    plan.signal?.addEventListener("abort", () => this.stop(), { once: true });
  }

  /** Whether the search is still at work. */
  get running(): boolean {
    return this.#endedAt === null;
  }

  /** How far it is now. */
  get progress(): Progress {
    let done = 0;
    for (let worker = 0; worker < this.#chunks.length; worker++) done += Atomics.load(this.#control, 1 + worker);
    return {
      done,
      total: this.rotations.shape[0]!,
      elapsedSeconds: ((this.#endedAt ?? new Date()).getTime() - this.#startedAt.getTime()) / 1000,
      maxScore: this.#maxScores.reduce((max, score) => Math.max(max, score), this.scoreThreshold),
    };
  }

  /** Calls `listener` about ten times a second while the search runs and once when it has ended; returns a function that ends it. */
  onProgress(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The maps as they stand, copied; consistent per voxel but not across voxels while workers write. */
  snapshot(): Pick<AnalyzerResult, "scores" | "rotations"> {
    return gatherSplits(this.#states(), this.shape, this.scoreThreshold);
  }

  /** Ends the search after the rotations under way; awaiting it gives what was found. */
  stop(): void {
    Atomics.store(this.#control, 0, 1);
  }

  // biome-ignore lint/suspicious/noThenProperty: a search is awaitable by design, without being a Promise that the kernel would await
  then<Fulfilled = MatchResult, Rejected = never>(
    onFulfilled?: ((result: MatchResult) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#outcome.then(onFulfilled, onRejected);
  }

  /** The latest progress, a number of times a second, until the search ends; throws when it fails. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Progress, void> {
    while (this.running) {
      await new Promise<void>((resolve) => {
        const end = this.onProgress(() => {
          end();
          resolve();
        });
      });
      yield this.progress;
    }
    await this.#outcome;
  }

  #report(): void {
    const { progress } = this;
    for (const listener of [...this.#listeners]) listener(progress);
  }

  async #run(): Promise<MatchResult> {
    try {
      const first = this.#startWorker();
      const { prepare, template, scoreThreshold } = this.#plan;
      const { share, relativeStd } = (await this.#ask(first, {
        type: "prepare",
        options: prepare,
        template: template.data,
        scoreThreshold,
        workers: this.#chunks.length,
      })) as PreparedReply;
      this.#share = share;
      const replies = await Promise.all(
        this.#chunks.map((_, worker) =>
          this.#ask(worker === 0 ? first : this.#startWorker(), this.#scanTask(share, worker)),
        ),
      );
      return this.#finish(replies as ScannedReply[], relativeStd);
    } finally {
      this.#endedAt = new Date();
      await Promise.all([...this.#workers].map((worker) => worker.terminate()));
    }
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("./search-worker.js", import.meta.url));
    this.#workers.add(worker);
    return worker;
  }

  #ask(worker: Worker, task: WorkerTask): Promise<WorkerReply> {
    return new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", (code) =>
        reject(
          new RotoscopeError("environment", `a worker thread ended (exit code ${code}) before its rotations were done`),
        ),
      );
      worker.postMessage(task);
    });
  }

  /** Each worker's maps, copied one after the other. */
  *#states(): Generator<Winners> {
    const size = this.shape.reduce((product, length) => product * length, 1);
    for (let worker = 0; this.#share && worker < this.#chunks.length; worker++) {
      const maps = { scores: new Float32Array(size), rotations: new Int32Array(size) };
      readMaps(this.#share, worker, maps.scores, maps.rotations);
      yield maps;
    }
  }

  #scanTask(share: EngineShare, worker: number): ScanTask {
    const { rotations, history } = this.#plan;
    const [from, to] = this.#chunks[worker]!;
    return {
      type: "scan",
      share,
      matrices: rotations.data,
      dimensions: rotations.shape[1] as 2 | 3,
      firstEqual: firstEqual(rotations),
      from,
      to,
      history,
      control: this.#control,
      maxScores: this.#maxScores,
      worker,
    };
  }

  #finish(replies: readonly ScannedReply[], relativeStd: Float32Array): MatchResult {
    const { rotations, scoreThreshold, target, template } = this.#plan;
    const maps = this.snapshot();
    const rotationMapping = new Map<number, Float32Array>();
    const equal = firstEqual(rotations);
    const elements = rotations.shape[1]! ** 2;
    this.#chunks.forEach(([from], worker) => {
      for (let index = from; index < from + this.#control[1 + worker]!; index++)
        if (equal[index] === index)
          rotationMapping.set(index, rotations.data.slice(index * elements, (index + 1) * elements));
    });
    const observations = maps.scores.data.length * rotationMapping.size;
    const squares = replies.reduce((total, reply) => reply.squares.reduce((sum, square) => sum + square, total), 0);
    const result = analyzerResult({
      ...maps,
      offset: this.shape.map(() => 0),
      rotationMapping,
      meanSquare: observations === 0 ? 0 : squares / observations,
    });
    const logs = replies.flatMap((reply) => reply.improvements ?? []);
    const { done, total } = this.progress;
    const endedAt = new Date();
    return analyzerResult({
      ...result,
      target,
      template,
      voxelSizeAngstrom: target.voxelSizeAngstrom.slice(3 - rotations.shape[1]!),
      scoreThreshold,
      history: this.#plan.history ? joinImprovements(logs, this.shape, scoreThreshold) : null,
      complete: done === total,
      warnings: [
        ...this.warnings,
        ...(done < total ? [`stopped after ${done} of ${total} rotations`] : []),
        ...this.#plan.inspect(result, relativeStd),
      ],
      provenance: {
        ...this.#plan.provenance,
        startedAt: this.#startedAt.toISOString(),
        endedAt: endedAt.toISOString(),
      },
    });
  }
}

/** Contiguous chunks of 0 ... count - 1 that start at even numbers, as even as pairs allow; none is empty. */
function evenChunks(count: number, workers: number): [number, number][] {
  const pairs = Math.ceil(count / 2);
  const chunks = Math.max(1, Math.min(workers, pairs));
  return Array.from({ length: chunks }, (_, chunk) => [
    2 * Math.floor((pairs * chunk) / chunks),
    Math.min(count, 2 * Math.floor((pairs * (chunk + 1)) / chunks)),
  ]);
}

/** Per rotation the index of the first one with the same bytes. */
function firstEqual({ data, shape }: NdArray<Float32Array>): Int32Array {
  const elements = shape[1]! ** 2;
  const seen = new Map<string, number>();
  return Int32Array.from({ length: shape[0]! }, (_, index) => {
    const key = matrixKey(data.subarray(index * elements, (index + 1) * elements));
    const first = seen.get(key) ?? index;
    seen.set(key, first);
    return first;
  });
}
