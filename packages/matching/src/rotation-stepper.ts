import { Worker } from "node:worker_threads";
import { type NdArray, ndarray, RotoscopeError, sizeOf } from "@rotoscope/core";
import { MAXIMA } from "@rotoscope/wasm";
import { askWorker } from "./ask-worker.js";
import type { ScoreBox } from "./extend-target.js";
import { copyBox } from "./gather-splits.js";
import { inTurns } from "./in-turns.js";
import { surveysFirst } from "./plan-pieces.js";
import type { SearchPlan } from "./search-plan.js";
import type { PreparedReply, PrepareTask, ScoreMapsReply, ScoreMapsTask } from "./worker-messages.js";

/** Its thread and memory are given back when nothing was asked for so long. */
const IDLE_MS = 60_000;

/**
 * Computes the score map of any one rotation of a search, to the same bits as in the search, in a thread of its own.
 *
 * The first map takes the time to prepare the target, later ones that of scoring two rotations, or none: rotations 2k and 2k + 1 are scored together, as in the search, and
 * the partner's map is kept for the next question.
 */
export class RotationStepper {
  readonly rotationCount: number;
  readonly #plan: SearchPlan;
  #worker: Worker | null = null;
  #prepared: Promise<PreparedReply> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #partner: { readonly rotation: number; readonly scores: Float32Array } | null = null;
  #idle: NodeJS.Timeout | undefined;

  constructor(plan: SearchPlan) {
    this.#plan = plan;
    this.rotationCount = plan.rotations.shape[0]!;
  }

  /**
   * The scores of rotation `rotation` (from 0) alone, of the result's shape. Questions are answered in order; one whose `signal` is aborted is given up at once.
   *
   * Rejects with a `RotoscopeError`: `argument` for a rotation that isn't one, `aborted`, `environment` when the thread ends twice.
   */
  async scoreMap(rotation: number, signal?: AbortSignal): Promise<NdArray<Float32Array>> {
    if (!Number.isInteger(rotation) || rotation < 0 || rotation >= this.rotationCount)
      throw new RotoscopeError(
        "argument",
        `rotation: ${rotation}, expected an integer from 0 to ${this.rotationCount - 1}`,
      );
    const scores = await untilAborted(this.#enqueue(rotation, signal), rotation, signal);
    const { rotations, target } = this.#plan;
    return ndarray(scores, target.shape.slice(3 - rotations.shape[1]!));
  }

  #enqueue(rotation: number, signal: AbortSignal | undefined): Promise<Float32Array> {
    const scores = this.#last.then(async () => {
      if (signal?.aborted) throw aborted(rotation, signal);
      return (await this.#score(rotation).catch(() => this.#score(rotation))).scores;
    });
    this.#begin();
    this.#last = scores.then(
      () => this.#end(),
      () => this.#end(),
    );
    return scores;
  }

  /** One attempt; after a failed one the next starts a new thread. */
  async #score(rotation: number): Promise<{ readonly scores: Float32Array }> {
    const partner = this.#partner;
    this.#partner = null;
    if (partner?.rotation === rotation) return partner;
    try {
      const { pieces, prepare } = this.#plan;
      const two = rotation - (rotation % 2) + 1 < this.rotationCount;
      const first = rotation - (rotation % 2);
      const maxima = surveysFirst(prepare, pieces) ? await this.#survey(first) : null;
      const maps = Array.from({ length: two ? 2 : 1 }, (): Float32Array => new Float32Array(sizeOf(prepare.shape)));
      for (const box of pieces) {
        const scored = await this.#askPiece(first, box, maxima, false);
        for (const [member, scores] of scored.entries())
          if (pieces.length === 1) maps[member] = scores;
          else await inTurns(copyBox(scores, box, maps[member]!, prepare.shape), { besideWorkers: true });
        if (pieces.length > 1) this.#free();
      }
      const other = maps[1 - (rotation % 2)];
      if (other) this.#partner = { rotation: rotation ^ 1, scores: other };
      return { scores: maps[rotation % 2]! };
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** The maxima of rotation `first` and the next one over all pieces. */
  async #survey(first: number): Promise<Float32Array> {
    const maxima = new Float32Array(new SharedArrayBuffer(4 * MAXIMA * 2));
    for (const box of this.#plan.pieces) {
      await this.#askPiece(first, box, maxima, true);
      this.#free();
    }
    return maxima;
  }

  /** The maps of rotation `first` and the next one in one piece, or its survey; only a target that is searched as a whole stays prepared. */
  async #askPiece(
    first: number,
    box: ScoreBox,
    maxima: Float32Array | null,
    survey: boolean,
  ): Promise<readonly Float32Array[]> {
    const { rotations } = this.#plan;
    const elements = rotations.shape[1]! ** 2;
    const { share } = await this.#prepare(box);
    const reply = await askWorker<ScoreMapsReply>(this.#worker!, {
      type: "scoreMaps",
      share,
      matrices: rotations.data.slice(first * elements, (first + 2) * elements),
      dimensions: rotations.shape[1] as 2 | 3,
      ...{ maxima, survey },
    } satisfies ScoreMapsTask);
    return reply.maps;
  }

  #prepare(box: ScoreBox): Promise<PreparedReply> {
    this.#worker ??= this.#startWorker();
    const { prepare, template, scoreThreshold } = this.#plan;
    this.#prepared ??= askWorker<PreparedReply>(this.#worker, {
      type: "prepare",
      options: { ...prepare, box },
      template: template.data,
      scoreThreshold,
      workers: 1,
    } satisfies PrepareTask);
    return this.#prepared;
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("./search-worker.js", import.meta.url), { execArgv: [] });
    worker.on("error", () => {});
    worker.once("exit", () => {
      if (this.#worker === worker) this.#free();
    });
    return worker;
  }

  #begin(): void {
    clearTimeout(this.#idle);
    this.#waiting++;
    this.#worker?.ref();
  }

  /** A process may end while nothing is asked. */
  #end(): void {
    if (--this.#waiting > 0) return;
    this.#worker?.unref();
    this.#idle = setTimeout(() => this.#free(), IDLE_MS);
    this.#idle.unref();
  }

  #free(): void {
    void this.#worker?.terminate();
    this.#worker = null;
    this.#prepared = null;
    this.#partner = null;
  }
}

function untilAborted<Value>(work: Promise<Value>, rotation: number, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work;
  return new Promise<Value>((resolve, reject) => {
    const abort = (): void => reject(aborted(rotation, signal));
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
  });
}

function aborted(rotation: number, signal: AbortSignal): RotoscopeError {
  return new RotoscopeError("aborted", `the score map of rotation ${rotation} was given up`, { cause: signal.reason });
}
