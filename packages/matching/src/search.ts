import { setImmediate as nextTurn } from "node:timers/promises";
import type { SearchState } from "@rotoscope/arrow";
import { type AnalyzerResult, historyBytes, type NdArray, type Volume } from "@rotoscope/core";
import type { MatchResult, Progress } from "./match-result.js";
import { timeFirstRotations } from "./pace.js";
import { RotationStepper } from "./rotation-stepper.js";
import { fingerprintInTurns } from "./search-fingerprint.js";
import type { SearchPlan } from "./search-plan.js";
import { doneRotations, provenanceOf, resultOf } from "./search-result.js";
import { SearchRun } from "./search-run.js";
import type { SearchSummary } from "./search-summary.js";

const REPORT_EVERY_MS = 100;

/**
 * A search in worker threads. It starts at once.
 *
 * `await search` gives the result (as often as wanted); `for await (const progress of search)` follows it; `stop()` ends it early and keeps what
 * was found. The score and rotation maps are bit-identical for any number of workers. A failure that nobody awaits is kept, and ends nothing.
 */
export class Search<Results extends readonly unknown[] = readonly unknown[]>
  implements PromiseLike<MatchResult<Results>>, AsyncIterable<Progress>
{
  readonly target: Volume;
  readonly template: Volume;
  readonly shape: readonly number[];
  readonly scoreThreshold: number;
  /** n x d x d. */
  readonly rotations: NdArray<Float32Array>;
  readonly warnings: readonly string[];
  readonly #plan: SearchPlan;
  readonly #run: SearchRun;
  readonly #startedAt = new Date();
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly #outcome: Promise<MatchResult<Results>>;
  readonly #stepper: RotationStepper;
  readonly #planned: Promise<SearchSummary>;
  #summary: SearchSummary;
  #pause: Promise<SearchState> | null = null;
  #saving: Promise<void> | null = null;
  #endedAt: Date | null = null;
  #saver: NodeJS.Timeout | undefined;

  constructor(plan: SearchPlan) {
    this.#plan = plan;
    this.#run = new SearchRun(plan);
    this.#stepper = new RotationStepper(plan);
    this.#summary = plan.summary;
    this.target = plan.target;
    this.template = plan.template;
    this.rotations = plan.rotations;
    this.scoreThreshold = plan.scoreThreshold;
    this.warnings = plan.warnings;
    this.shape = plan.target.shape.slice(3 - plan.rotations.shape[1]!);
    const stop = (): void => this.stop();
    if (plan.signal?.aborted) stop();
    plan.signal?.addEventListener("abort", stop, { once: true });
    const timer = setInterval(() => this.#report(), REPORT_EVERY_MS);
    timer.unref();
    if (plan.checkpoint) this.#saver = setInterval(() => this.#saveUnlessBusy(), 1000 * plan.checkpoint.everySeconds);
    this.#saver?.unref();
    const settle = (): void => {
      clearInterval(timer);
      clearInterval(this.#saver);
      plan.signal?.removeEventListener("abort", stop);
      this.#report();
    };
    this.#outcome = this.#work();
    this.#outcome.then(settle, settle);
    this.#planned = this.#timeFirst();
  }

  /** What it is to do: pieces, memory and time, in words as `plan.text`. The time is a guess until the first rotations have been timed. */
  get plan(): SearchSummary {
    return this.#summary;
  }

  /** `plan` once the first rotations have been timed, or the search has ended: then its time is right to some 30 % as long as the machine is as busy. Never rejects. */
  planned(): Promise<SearchSummary> {
    return this.#planned;
  }

  /** Whether the search is still at work. */
  get running(): boolean {
    return this.#endedAt === null;
  }

  /** How far it is now. */
  get progress(): Progress {
    return {
      done: this.#run.done,
      total: this.#run.total,
      elapsedSeconds:
        (this.#plan.resume?.elapsedSeconds ?? 0) +
        ((this.#endedAt ?? new Date()).getTime() - this.#startedAt.getTime()) / 1000,
      maxScore: this.#run.maxScore,
    };
  }

  /** Calls `listener` about ten times a second while the search runs and once when it has ended; returns a function that ends it. */
  onProgress(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The maps as they stand, copied; consistent per voxel but not across voxels while workers write. */
  snapshot(): Pick<AnalyzerResult, "scores" | "rotations"> {
    return this.#run.snapshot();
  }

  /** The same without holding up the thread: others have their turn while the maps are copied. */
  snapshotInTurns(): Promise<Pick<AnalyzerResult, "scores" | "rotations">> {
    return this.#run.snapshotInTurns();
  }

  /** About how many bytes its history will take, in memory and as a file; 0 when none is recorded. Less with structure, or `historyAbove`. */
  get historyBytes(): number {
    return this.#plan.history ? historyBytes(this.shape, this.rotationCount) : 0;
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
    this.#run.stop();
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
  then<Fulfilled = MatchResult<Results>, Rejected = never>(
    onFulfilled?: ((result: MatchResult<Results>) => Fulfilled | PromiseLike<Fulfilled>) | null,
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

  async #timeFirst(): Promise<SearchSummary> {
    const pace = await timeFirstRotations(
      () => this.#run,
      () => this.running,
      this.#summary.workers,
      this.#plan.history,
    );
    if (pace) this.#summary = this.#plan.timed(pace);
    return this.#summary;
  }

  #report(): void {
    const { progress } = this;
    for (const listener of [...this.#listeners]) listener(progress);
  }

  async #work(): Promise<MatchResult<Results>> {
    try {
      // Who calls `match` has the thread back first.
      await nextTurn();
      await this.#run.run();
      // The last state is saved below: a later one would replace it while somebody reads it.
      clearInterval(this.#saver);
      await this.#saving;
      this.#saveUnlessBusy();
      await this.#saving;
      return (await resultOf(this.#plan, this.#run, this.#startedAt, new Date())) as MatchResult<Results>;
    } finally {
      this.#endedAt = new Date();
    }
  }

  async #takeState(): Promise<SearchState> {
    if (this.#endedAt !== null) await this.#outcome;
    return this.#run.whilePaused(async () => {
      const analyzers = await this.#run.analyzerStates();
      const { done, squares, improvements } = this.#run.record();
      const maps = await this.#run.snapshotInTurns();
      return {
        ...maps,
        scoreThreshold: this.scoreThreshold,
        rotationMapping: doneRotations(this.#plan, this.#run),
        rotationCount: squares.length,
        done,
        squaresByRotation: squares,
        improvements: this.#plan.history ? improvements : null,
        background: await this.#run.backgroundSnapshot(),
        analyzers,
        fingerprint: await fingerprintInTurns(this.#plan),
        elapsedSeconds: this.progress.elapsedSeconds,
        provenance: provenanceOf(this.#plan, this.#startedAt, new Date()),
      };
    });
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
      if (!this.#run.warnings.includes(warning)) this.#run.warnings.push(warning);
    }
  }
}
