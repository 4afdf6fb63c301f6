import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { RangeImprovements } from "@rotoscope/arrow";
import { type LoggedImprovements, ndarray, type Pausable, RotoscopeError, sizeOf } from "@rotoscope/core";
import { clearMaps, type EngineShare, gatherBackground, gatherMaps, type MapPlace } from "@rotoscope/wasm";
import type { Analysis } from "./analysis.js";
import { askWorker } from "./ask-worker.js";
import type { ScoreBox } from "./extend-target.js";
import { gatherInto, type Winners } from "./gather-splits.js";
import type { HistoryKeeper } from "./history-keeper.js";
import { inSharedMemory } from "./in-shared-memory.js";
import type { PrepareOptions } from "./prepared-target.js";
import { countOf, type RotationRange, sharePairs, shareRanges } from "./rotation-ranges.js";
import type { SearchPlan } from "./search-plan.js";
import type {
  GatheredReply,
  GatherTask,
  PreparedReply,
  PrepareTask,
  ScannedReply,
  ScanTask,
} from "./worker-messages.js";

/** A worker that ends so often without getting further than before won't. */
const MOST_ENDS = 3;

/** Work from ... to - 1, as a worker handed it over. */
export interface HandedRange {
  readonly worker: number;
  readonly from: number;
  readonly to: number;
  /** Per rotation the sum of its squared scores. */
  readonly squares: Float64Array;
  /** By flat voxel of the whole map; null when not recorded. */
  readonly improvements: RangeImprovements | null;
}

/** What a piece is scanned with. */
export interface PieceScanOptions {
  readonly plan: SearchPlan;
  readonly box: ScoreBox;
  /** Number of the piece's first rotation, and of the next piece's. */
  readonly first: number;
  readonly end: number;
  /** Matrices in memory that threads share. */
  readonly matrices: Float32Array;
  readonly firstEqual: Int32Array;
  /** What of the rotations is to be scored. */
  readonly remaining: readonly RotationRange[];
  /** Highest overlaps and denominators over all pieces, `MAXIMA` per rotation, in memory that threads share; null where the score needs none. */
  readonly maxima: Float32Array | null;
  /** Don't score: raise `maxima` to what this piece has. */
  readonly survey: boolean;
  /** Whether a rotation of these was scored by an earlier run, so that only the analyzers still want it. */
  readonly again: (rotation: number) => boolean;
  /** Where score maps go; null = nowhere. */
  readonly analysis: Analysis | null;
  /** Where improvements go. */
  readonly keeper: HistoryKeeper;
  readonly warn: (sentence: string) => void;
}

/**
 * Scores rotations against one piece of the target, or surveys it, in several threads that each have their own rotations and state.
 *
 * A thread that dies is replaced: its state is cleared and all of its rotations are scored again, in the same order, so the outcome is the same.
 */
export class PieceScan {
  readonly box: ScoreBox;
  /** What has been handed over, in the order in which it was. */
  handed: readonly HandedRange[] = [];
  readonly #options: PieceScanOptions;
  readonly #ranges: readonly (readonly RotationRange[])[];
  /** [0]: not 0 = stop. [1 + worker]: rotations done. */
  readonly #control: Int32Array;
  readonly #maxScores: Float32Array;
  readonly #workers = new Set<Worker>();
  readonly #underWay = new Set<Promise<unknown>>();
  /** Workers whose state can't be read: they died, and it isn't cleared yet. */
  readonly #broken = new Set<number>();
  #share: EngineShare | null = null;
  /** The best of all workers, once they have ended. */
  #gathered: Winners | null = null;
  #stopped = false;
  #gate: Promise<void> | null = null;

  constructor(options: PieceScanOptions) {
    this.#options = options;
    this.box = options.box;
    const deal = options.analysis ? sharePairs : shareRanges;
    this.#ranges = deal(options.remaining, options.plan.workers);
    this.#control = new Int32Array(new SharedArrayBuffer((1 + this.#ranges.length) * 4));
    this.#maxScores = new Float32Array(new SharedArrayBuffer(this.#ranges.length * 4)).fill(
      options.plan.scoreThreshold,
    );
  }

  /** Rotations scored, or surveyed, so far. */
  get done(): number {
    return this.#ranges.reduce((sum, _, worker) => sum + Atomics.load(this.#control, 1 + worker), 0);
  }

  get maxScore(): number {
    return this.#maxScores.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
  }

  /** Does all of it, or what can be done until `stop`. Gives the local standard deviation over the target's per voxel of the piece; null when stopped before that was known. */
  async run(): Promise<Float32Array | null> {
    try {
      // All of them load their code while the first one prepares the target.
      const workers = this.#ranges.map(() => this.#startWorker());
      const prepared = await this.#prepare(workers);
      if (prepared === null) return null;
      this.#share = prepared.share;
      await Promise.all(workers.map((worker, index) => this.#runWorker(worker, index)));
      const [last, ...others] = this.#workers;
      await Promise.all(others.map((worker) => this.#endWorker(worker)));
      if (last && !this.#options.survey) this.#gathered = await this.#gather(last, prepared.share);
      return prepared.relativeStd;
    } finally {
      await Promise.all([...this.#workers].map((worker) => worker.terminate()));
    }
  }

  /** Ends it after the rotations under way. */
  stop(): void {
    this.#stopped = true;
    Atomics.store(this.#control, 0, 1);
    this.#options.analysis?.open();
    if (this.#share === null) for (const worker of this.#workers) void worker.terminate();
  }

  /** Has all threads pause between two rotations until `take` is done: what was handed over then is what the maps hold. */
  async whilePaused<Value>(take: () => Promise<Value>): Promise<Value> {
    let open = (): void => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    Atomics.store(this.#control, 0, 1);
    try {
      await Promise.allSettled(this.#underWay);
      // The replies' takers run in the microtasks after this one.
      await nextTurn();
      return await take();
    } finally {
      if (!this.#stopped) Atomics.store(this.#control, 0, 0);
      this.#gate = null;
      open();
    }
  }

  /** The best of all workers, once they have ended and unless the thread that gathered it died; null until then. */
  get gathered(): Winners | null {
    return this.#gathered;
  }

  /** Takes what the workers have found into the maps of the whole. */
  *gatherInto(maps: Winners): Pausable {
    if (this.#gathered) yield* gatherInto(maps, this.#options.plan.prepare.shape, this.#gathered, this.box);
    else yield* this.#ofEachWorker((share, worker) => gatherMaps(share, worker, maps, this.#place));
  }

  /** Takes what the background template scored at best into the best of the whole. */
  gatherBackgroundInto(best: Float32Array): Pausable {
    return this.#ofEachWorker((share, worker) => gatherBackground(share, worker, best, this.#place));
  }

  *#ofEachWorker(gather: (share: EngineShare, worker: number) => Pausable): Pausable {
    for (let worker = 0; this.#share && worker < this.#ranges.length; worker++)
      if (!this.#broken.has(worker))
        for (const _ of gather(this.#share, worker)) {
          yield;
          if (this.#broken.has(worker)) break;
        }
  }

  /** Where the piece lies in the maps of the whole. */
  get #place(): MapPlace {
    const [, height, width] = this.#options.plan.prepare.shape;
    const [z, y, x] = this.box.start;
    return { first: (z * height + y) * width + x, steps: [height * width, width, 1] };
  }

  /** In the first worker; where that dies it is replaced in the list. */
  async #prepare(workers: Worker[]): Promise<PreparedReply | null> {
    const { plan, box } = this.#options;
    const { target, targetMask } = plan.prepare;
    const shared = {
      target: await inSharedMemory(target),
      targetMask: targetMask && (await inSharedMemory(targetMask)),
    };
    const options: PrepareOptions = { ...plan.prepare, ...shared, box };
    for (let ends = 1; !this.#stopped; ends++)
      try {
        return await askWorker<PreparedReply>(workers[0]!, {
          type: "prepare",
          options,
          template: plan.template.data,
          scoreThreshold: plan.scoreThreshold,
          workers: this.#ranges.length,
        } satisfies PrepareTask);
      } catch (error) {
        if (this.#stopped) break;
        const ended = (error as { code?: unknown }).code === "environment";
        if (!ended || ends === MOST_ENDS) throw failure("preparing the target", error);
        this.#options.warn("the thread that prepared the target ended; it was prepared again");
        await this.#endWorker(workers[0]!);
        workers[0] = this.#startWorker();
      }
    return null;
  }

  /** In a thread, as it takes its time; null when that died. */
  async #gather(worker: Worker, share: EngineShare): Promise<Winners | null> {
    const size = sizeOf(this.box.shape);
    const task: GatherTask = { type: "gather", share, workers: this.#ranges.length, size };
    return askWorker<GatheredReply>(worker, task).catch(() => null);
  }

  /** In `first`, and in others where that dies. */
  async #runWorker(first: Worker, index: number): Promise<void> {
    const total = countOf(this.#ranges[index]!);
    let furthest = -1;
    for (let [worker, ends] = [first, 0]; ; worker = this.#startWorker()) {
      try {
        return await this.#scanRanges(worker, index);
      } catch (error) {
        const reached = Atomics.load(this.#control, 1 + index);
        ends = reached > furthest ? 1 : ends + 1;
        furthest = Math.max(furthest, reached);
        this.#broken.add(index);
        this.handed = this.handed.filter((range) => range.worker !== index);
        if (ends === MOST_ENDS && !this.#stopped) {
          this.stop();
          throw failure(`worker ${index}, after ${reached} of its ${total} rotations`, error);
        }
        await this.#endWorker(worker);
        clearMaps(this.#share!, index, this.#options.plan.scoreThreshold);
        Atomics.store(this.#control, 1 + index, 0);
        this.#maxScores[index] = this.#options.plan.scoreThreshold;
        this.#broken.delete(index);
        this.#options.warn(
          `worker ${index} ended after ${reached} of its ${total} rotations (${(error as Error).message}); it was replaced and they were repeated`,
        );
      }
    }
  }

  async #scanRanges(worker: Worker, index: number): Promise<void> {
    for (const [from, to] of this.#ranges[index]!)
      for (let next = from; next < to && !this.#stopped; ) {
        await this.#options.analysis?.room(next);
        const scan = askWorker<ScannedReply>(worker, this.#task(index, next, to));
        this.#underWay.add(scan);
        const { end, squares, improvements, maps } = await scan.finally(() => this.#underWay.delete(scan));
        if (end > next && !this.#options.survey && !this.#options.again(next))
          this.#hand(index, next, end, squares.subarray(0, end - next), improvements);
        maps.forEach((scores, member) => {
          this.#analyse(next + member, scores);
        });
        next = end;
        while (this.#gate) await this.#gate;
      }
  }

  /** Takes what a worker has done of its rotations. The last one of a piece takes the number along that evens the piece out. */
  #hand(worker: number, next: number, end: number, squares: Float64Array, log: LoggedImprovements | null): void {
    const { first, plan } = this.#options;
    const from = first + next;
    const to = end === plan.rotations.shape[0] ? this.#options.end : first + end;
    const ends = Float64Array.from({ length: to - from }, (_, step) => log?.ends[Math.min(step, end - next - 1)] ?? 0);
    const improvements = log && this.#options.keeper.keep({ ...log, from, ends });
    this.handed = [...this.handed, { worker, from, to, squares, improvements }];
  }

  #analyse(rotationIndex: number, scores: Float32Array): void {
    const { plan, analysis, firstEqual } = this.#options;
    const elements = plan.rotations.shape[1]! ** 2;
    const rotationMatrix = plan.rotations.data.slice(rotationIndex * elements, (rotationIndex + 1) * elements);
    const counts = firstEqual[rotationIndex] === rotationIndex;
    const map = ndarray(scores, this.box.shape.slice(3 - plan.rotations.shape[1]!));
    analysis?.take(rotationIndex, counts ? { scores: map, rotationMatrix, rotationIndex } : null);
  }

  #task(worker: number, from: number, to: number): ScanTask {
    const { plan, matrices, firstEqual, box, analysis, again, maxima, survey } = this.#options;
    return {
      type: "scan",
      share: this.#share!,
      matrices,
      dimensions: plan.rotations.shape[1] as 2 | 3,
      firstEqual,
      from,
      to,
      history: plan.history && !survey,
      historyAbove: plan.historyAbove,
      ...{ maxima, survey },
      again: again(from),
      maps: analysis ? (analysis.sharedMaps ? "shared" : "own") : "none",
      box,
      shape: plan.prepare.shape,
      control: this.#control,
      maxScores: this.#maxScores,
      worker,
    };
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("./search-worker.js", import.meta.url), { execArgv: [] });
    // While nothing is asked: the next question finds it ended.
    worker.on("error", () => {});
    this.#workers.add(worker);
    return worker;
  }

  async #endWorker(worker: Worker): Promise<void> {
    await worker.terminate();
    this.#workers.delete(worker);
  }
}

function failure(where: string, cause: unknown): RotoscopeError {
  return new RotoscopeError("environment", `${where}: ${(cause as Error).message}`, { cause });
}
