import { type History, HistoryCursor } from "@rotoscope/core";
import { HighestScore } from "./highest-score.js";
import type { ViewableResult } from "./viewable.js";

/** Moves over more entries don't look at each of them for the highest score. */
const FEW_ENTRIES = 500_000;

/** The best so far after any step of a history, and the highest score over the whole volume there. */
export class BestSoFar {
  readonly #history: History;
  readonly #cursor: HistoryCursor;
  readonly #highest: HighestScore;

  /** Starts at the last step. */
  constructor(history: History, result: ViewableResult) {
    this.#history = history;
    this.#cursor = new HistoryCursor(history, result);
    this.#highest = new HighestScore(this.#cursor.scores);
  }

  get step(): number {
    return this.#cursor.step;
  }

  /** The maps where it is, to be read at once: moving changes them. */
  get scores(): Float32Array {
    return this.#cursor.scores;
  }

  get rotations(): Int32Array {
    return this.#cursor.rotations;
  }

  /** -Infinity for an empty map. */
  maxScore(): number {
    return this.#highest.value();
  }

  /** Moves to `step` (0 ... n). Throws a `RotoscopeError` (`argument`) outside that range. */
  moveTo(step: number): void {
    const before = this.#cursor.step;
    this.#cursor.moveTo(step);
    let entries = 0;
    for (let k = before + 1; k <= step && entries <= FEW_ENTRIES; k++) entries += entryCount(this.#history, k);
    if (entries > FEW_ENTRIES) this.#highest.rise(null);
    else for (let k = before + 1; k <= step; k++) this.#highest.rise(this.#history.step(k).voxel);
  }
}

/** Number of entries of step `k`. */
export function entryCount(history: History, k: number): number {
  return history.count?.(k) ?? history.step(k).voxel.length;
}
