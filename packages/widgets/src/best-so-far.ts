import { type History, HistoryCursor } from "@rotoscope/core";
import type { ViewableResult } from "./viewable.js";

/** Moves over at most this many entries look at them alone for the highest score. */
const FEW_ENTRIES = 2_000_000;

/** The best so far after any step of a history, and the highest score over the whole volume there. */
export class BestSoFar {
  readonly #history: History;
  readonly #cursor: HistoryCursor;
  #highest: number;

  /** Starts at the last step. */
  constructor(history: History, result: ViewableResult) {
    this.#history = history;
    this.#cursor = new HistoryCursor(history, result);
    this.#highest = highestVoxel(this.#cursor.scores);
  }

  /** The maps where it is, to be read at once: moving changes them. `maxScore` is -Infinity for an empty map. */
  maps(): { readonly scores: Float32Array; readonly rotations: Int32Array; readonly maxScore: number } {
    const { scores, rotations } = this.#cursor;
    return { scores, rotations, maxScore: scores[this.#highest] ?? Number.NEGATIVE_INFINITY };
  }

  /** Moves to `step` (0 ... n). Throws a `RotoscopeError` (`argument`) outside that range. */
  moveTo(step: number): void {
    const { scores, step: before } = this.#cursor;
    const highest = scores[this.#highest];
    this.#cursor.moveTo(step);
    if (step < before) {
      // Scores only rise: while the highest voxel stays as it was, no other is above it.
      if (scores[this.#highest] !== highest) this.#highest = highestVoxel(scores);
      return;
    }
    let entries = 0;
    for (let k = before + 1; k <= step; k++) entries += this.#history.step(k).voxel.length;
    if (entries > Math.min(FEW_ENTRIES, scores.length)) this.#highest = highestVoxel(scores);
    else
      for (let k = before + 1; k <= step; k++)
        for (const voxel of this.#history.step(k).voxel)
          if (scores[voxel]! > scores[this.#highest]!) this.#highest = voxel;
  }
}

function highestVoxel(scores: Float32Array): number {
  let highest = 0;
  for (let voxel = 1; voxel < scores.length; voxel++)
    if (scores[voxel]! > scores[highest]! || Number.isNaN(scores[highest]!)) highest = voxel;
  return highest;
}
