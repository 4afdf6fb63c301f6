import { HighestScore } from "./highest-score.js";
import type { Stepper } from "./viewable.js";

/** The scores of one rotation alone. */
export interface RotationMap {
  readonly scores: Float32Array;
  /** The highest finite one; -Infinity when there is none. */
  readonly maxScore: number;
}

/** Computes score maps of single rotations one at a time, and keeps the latest: moving slices at one step computes nothing. */
export class RotationScores {
  readonly #stepper: Stepper;
  #latest: { readonly index: number; readonly map: Promise<RotationMap> } | null = null;
  #abort = new AbortController();

  constructor(stepper: Stepper) {
    this.#stepper = stepper;
  }

  /** The map of rotation `index` (from 0). One that is under way for another index is aborted. */
  at(index: number): Promise<RotationMap> {
    if (this.#latest?.index === index) return this.#latest.map;
    this.#abort.abort();
    this.#abort = new AbortController();
    const map = this.#compute(index, this.#abort.signal);
    const latest = { index, map };
    this.#latest = latest;
    map.catch(() => {
      if (this.#latest === latest) this.#latest = null;
    });
    return map;
  }

  async #compute(index: number, signal: AbortSignal): Promise<RotationMap> {
    const map = await this.#stepper.scoreMap(index, signal);
    const scores = map instanceof Float32Array ? map : map.data;
    return { scores, maxScore: new HighestScore(scores).value() };
  }
}
