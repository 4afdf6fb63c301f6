import { Worker } from "node:worker_threads";
import type { RangeImprovements, SearchState } from "@rotoscope/arrow";
import {
  type AnalyzerResult,
  analyzerResult,
  joinImprovements,
  type NdArray,
  replayable,
  type Volume,
} from "@rotoscope/core";
import { type EngineShare, readMaps } from "@rotoscope/wasm";
import { askWorker } from "./ask-worker.js";
import { gatherSplits, type Winners } from "./gather-splits.js";
import type { MatchResult, Progress } from "./match-result.js";
import { countOf, firstEqual, type RotationRange, remainingRanges, shareRanges, withGaps } from "./rotation-ranges.js";
import { RotationStepper } from "./rotation-stepper.js";
import { fingerprintOf } from "./search-fingerprint.js";
import type { SearchPlan } from "./search-plan.js";
import type { PreparedReply, ScannedReply, ScanTask } from "./worker-messages.js";

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
  /** Per worker the rotations it is to score, in ascending order. */
  readonly #ranges: readonly (readonly RotationRange[])[];
  readonly #firstEqual: Int32Array;
  /** Per rotation the sum of its squared scores. */
  readonly #squares: Float64Array;
  /** What workers have handed over, in the order in which they did. */
  readonly #done: RotationRange[];
  readonly #improvements: RangeImprovements[];
  readonly #workers = new Set<Worker>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly #outcome: Promise<MatchResult>;
  readonly #warnings: string[] = [];
  readonly #stepper: RotationStepper;
  #share: EngineShare | null = null;
  #stopped = false;
  #pause: Promise<SearchState> | null = null;
  #saving: Promise<void> | null = null;
  #endedAt: Date | null = null;

  constructor(plan: SearchPlan) {
    this.#plan = plan;
    this.#stepper = new RotationStepper(plan);
    this.target = plan.target;
    this.template = plan.template;
    this.rotations = plan.rotations;
    this.scoreThreshold = plan.scoreThreshold;
    this.warnings = plan.warnings;
    const dimensions = plan.rotations.shape[1]!;
    this.shape = plan.target.shape.slice(3 - dimensions);
    const total = plan.rotations.shape[0]!;
    this.#firstEqual = firstEqual(plan.rotations);
    this.#done = [...(plan.resume?.done ?? [])];
    this.#improvements = [...(plan.resume?.improvements ?? [])];
    this.#squares = plan.resume?.squaresByRotation.slice() ?? new Float64Array(total);
    this.#ranges = shareRanges(remainingRanges(this.#done, total), plan.workers);
    this.#control = new Int32Array(new SharedArrayBuffer((1 + this.#ranges.length) * 4));
    this.#maxScores = new Float32Array(new SharedArrayBuffer(this.#ranges.length * 4)).fill(
      plan.resume?.scores.data.reduce((max, score) => Math.max(max, score), plan.scoreThreshold) ?? plan.scoreThreshold,
    );
    this.#outcome = this.#run();
    this.#outcome.catch(() => {});
    const timer = setInterval(() => this.#report(), REPORT_EVERY_MS);
    timer.unref();
    const saver = plan.checkpoint && setInterval(() => this.#saveUnlessBusy(), 1000 * plan.checkpoint.everySeconds);
    saver?.unref();
    const settle = (): void => {
      clearInterval(timer);
      if (saver) clearInterval(saver);
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
    let done = countOf(this.#plan.resume?.done ?? []);
    for (let worker = 0; worker < this.#ranges.length; worker++) done += Atomics.load(this.#control, 1 + worker);
    return {
      done,
      total: this.rotations.shape[0]!,
      elapsedSeconds:
        (this.#plan.resume?.elapsedSeconds ?? 0) +
        ((this.#endedAt ?? new Date()).getTime() - this.#startedAt.getTime()) / 1000,
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

  /** Number of rotations, of which `scoreMap` takes one. */
  get rotationCount(): number {
    return this.#stepper.rotationCount;
  }

  /**
   * The scores of rotation `rotation` (from 0) alone, of the result's shape, to the same bits as in the search; while it runs and after it has ended. It is computed in a thread of
   * its own: the first one takes the time to prepare the target, later ones that of scoring a rotation. Aborting `signal` gives it up.
   *
   * Rejects with a `RotoscopeError`: `argument` for a rotation that isn't one, `aborted`.
   */
  scoreMap(rotation: number, signal?: AbortSignal): Promise<NdArray<Float32Array>> {
    return this.#stepper.scoreMap(rotation, signal);
  }

  /** Ends the search after the rotations under way; awaiting it gives what was found. */
  stop(): void {
    this.#stopped = true;
    Atomics.store(this.#control, 0, 1);
  }

  /**
   * What the search has done so far, copied, at any moment: workers finish the rotations under way, wait until it is taken, and go on.
   * `match({ ..., resume: state })` continues from it, later or elsewhere, to the same bytes. Rejects when the search has failed.
   */
  state(): Promise<SearchState> {
    this.#pause ??= this.#takeState().finally(() => {
      this.#pause = null;
    });
    return this.#pause;
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
      const { share, relativeStd } = (await askWorker(first, {
        type: "prepare",
        options: prepare,
        template: template.data,
        scoreThreshold,
        workers: this.#ranges.length,
      })) as PreparedReply;
      this.#share = share;
      await Promise.all(
        this.#ranges.map((ranges, index) => this.#scanRanges(index === 0 ? first : this.#startWorker(), index, ranges)),
      );
      await this.#saving;
      this.#saveUnlessBusy();
      await this.#saving;
      return this.#finish(relativeStd);
    } finally {
      this.#endedAt = new Date();
      await Promise.all([...this.#workers].map((worker) => worker.terminate()));
    }
  }

  async #scanRanges(worker: Worker, index: number, ranges: readonly RotationRange[]): Promise<void> {
    for (const [from, to] of ranges)
      for (let next = from; next < to && !this.#stopped; ) {
        const before = this.#control[1 + index]!;
        const scan = askWorker(worker, this.#scanTask(index, next, to)) as Promise<ScannedReply>;
        this.#underWay.add(scan);
        const { squares, improvements } = await scan;
        const end = next + this.#control[1 + index]! - before;
        if (end > next) {
          this.#done.push([next, end]);
          this.#squares.set(squares.subarray(0, end - next), next);
          if (improvements)
            this.#improvements.push({ ...improvements, from: next, ends: improvements.ends.subarray(0, end - next) });
        }
        this.#underWay.delete(scan);
        next = end;
        while (this.#pause) await this.#pause;
      }
  }

  /** Has all workers pause between two rotations and copies what they have. */
  async #takeState(): Promise<SearchState> {
    while (this.#share === null) {
      if (this.#endedAt !== null) await this.#outcome;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    Atomics.store(this.#control, 0, 1);
    await Promise.all(this.#underWay);
    // The replies' takers run in the microtasks after this one.
    await new Promise((resolve) => setImmediate(resolve));
    const { resume, provenance } = this.#plan;
    const state: SearchState = {
      ...this.snapshot(),
      scoreThreshold: this.scoreThreshold,
      rotationMapping: this.#rotationMapping(),
      rotationCount: this.rotations.shape[0]!,
      done: [...this.#done],
      squaresByRotation: this.#squares.slice(),
      improvements: this.#plan.history ? [...this.#improvements] : null,
      fingerprint: fingerprintOf(this.#plan),
      elapsedSeconds: this.progress.elapsedSeconds,
      provenance: {
        ...provenance,
        startedAt: resume?.provenance?.startedAt ?? this.#startedAt.toISOString(),
        endedAt: new Date().toISOString(),
      },
    };
    if (!this.#stopped) Atomics.store(this.#control, 0, 0);
    return state;
  }

  #saveUnlessBusy(): void {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = null;
    });
  }

  /** Saves the state where that is wanted. A failure gives a warning and stops nothing. */
  async #save(): Promise<void> {
    try {
      await this.#plan.checkpoint?.save(await this.state());
    } catch (error) {
      const warning = `the state of the search was not saved: ${(error as Error).message}`;
      if (!this.#warnings.includes(warning)) this.#warnings.push(warning);
    }
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("./search-worker.js", import.meta.url));
    this.#workers.add(worker);
    return worker;
  }

  /** Each worker's maps, copied one after the other. */
  *#states(): Generator<Winners> {
    const { resume } = this.#plan;
    if (resume) yield { scores: resume.scores.data, rotations: resume.rotations.data };
    const size = this.shape.reduce((product, length) => product * length, 1);
    for (let worker = 0; this.#share && worker < this.#ranges.length; worker++) {
      const maps = { scores: new Float32Array(size), rotations: new Int32Array(size) };
      readMaps(this.#share, worker, maps.scores, maps.rotations);
      yield maps;
    }
  }

  #scanTask(worker: number, from: number, to: number): ScanTask {
    const { rotations, history, historyAbove } = this.#plan;
    return {
      type: "scan",
      share: this.#share!,
      matrices: rotations.data,
      dimensions: rotations.shape[1] as 2 | 3,
      firstEqual: this.#firstEqual,
      from,
      to,
      history,
      historyAbove,
      control: this.#control,
      maxScores: this.#maxScores,
      worker,
    };
  }

  /** The matrices of the rotations that are done. */
  #rotationMapping(): Map<number, Float32Array> {
    const elements = this.rotations.shape[1]! ** 2;
    const mapping = new Map<number, Float32Array>();
    for (const [from, to] of [...this.#done].sort(([a], [b]) => a - b))
      for (let index = from; index < to; index++)
        if (this.#firstEqual[index] === index)
          mapping.set(index, this.rotations.data.slice(index * elements, (index + 1) * elements));
    return mapping;
  }

  #finish(relativeStd: Float32Array): MatchResult {
    const { rotations, scoreThreshold, target, template, resume } = this.#plan;
    const maps = this.snapshot();
    const rotationMapping = this.#rotationMapping();
    const observations = maps.scores.data.length * rotationMapping.size;
    const squares = this.#squares.reduce((sum, square) => sum + square, 0);
    const result = analyzerResult({
      ...maps,
      offset: this.shape.map(() => 0),
      rotationMapping,
      meanSquare: observations === 0 ? 0 : squares / observations,
    });
    const logs = withGaps(this.#improvements, rotations.shape[0]!);
    const { done, total } = this.progress;
    const endedAt = new Date();
    return analyzerResult({
      ...result,
      target,
      template,
      voxelSizeAngstrom: target.voxelSizeAngstrom.slice(3 - rotations.shape[1]!),
      scoreThreshold,
      history: this.#plan.history ? replayable(joinImprovements(logs, this.shape, scoreThreshold), maps) : null,
      complete: done === total,
      warnings: [
        ...this.warnings,
        ...this.#warnings,
        ...(done < total ? [`stopped after ${done} of ${total} rotations`] : []),
        ...this.#plan.inspect(result, relativeStd),
      ],
      provenance: {
        ...this.#plan.provenance,
        startedAt: resume?.provenance?.startedAt ?? this.#startedAt.toISOString(),
        endedAt: endedAt.toISOString(),
      },
    });
  }
}
