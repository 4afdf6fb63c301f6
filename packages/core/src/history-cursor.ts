import { RotoscopeError } from "./errors.js";
import type { History } from "./history.js";
import { type FinalMaps, type HistoryReplay, replayOf } from "./history-replay.js";
import { type NdArray, ndarray } from "./ndarray.js";

/** The state of a run after any of its steps; moves by undoing and redoing improvements. */
export class HistoryCursor {
  /** Best score per voxel after `step`. */
  readonly scores: Float32Array;
  /** Winning rotation per voxel after `step`; -1 = none. */
  readonly rotations: Int32Array;
  readonly #replay: HistoryReplay;
  #step: number;

  /** Starts at `step`, by default the last one. `result` has the final maps, which are copied. */
  constructor(history: History, result: FinalMaps, step: number = history.stepCount) {
    checkStep(step, history.stepCount);
    this.#replay = replayOf(history, result);
    const from = this.#replay.nearestKeyframe(step);
    this.scores = from.scores.slice();
    this.rotations = from.rotations.slice();
    this.#step = from.step;
    this.moveTo(step);
  }

  get step(): number {
    return this.#step;
  }

  /** Moves to `step` (0 ... n). Throws a `RotoscopeError` (`argument`) outside that range. */
  moveTo(step: number): void {
    checkStep(step, this.#replay.stepCount);
    const { keyframe } = this.#replay.route(this.#step, step);
    if (keyframe) {
      this.scores.set(keyframe.scores);
      this.rotations.set(keyframe.rotations);
      this.#step = keyframe.step;
    }
    if (step < this.#step) this.#replay.undo(this.scores, this.rotations, this.#step, step);
    else this.#replay.redo(this.scores, this.rotations, this.#step, step);
    this.#step = step;
  }

  /** Highest score over the whole volume at the current step. */
  maxScore(): number {
    let max = Number.NEGATIVE_INFINITY;
    for (const score of this.scores) if (score > max) max = score;
    return max;
  }
}

/** The state of a run after one of its steps, in arrays of its own. */
export interface HistoryState {
  readonly step: number;
  readonly scores: NdArray<Float32Array>;
  readonly rotations: NdArray<Int32Array>;
  /** Moves to another step in place, which is much quicker than asking the history again. Returns itself. */
  moveTo(step: number): HistoryState;
}

/** A history that knows the final maps, and so the state after any of its steps. */
export interface ReplayableHistory extends History {
  /** The state after step `k` (0 ... n). Throws a `RotoscopeError` (`argument`) outside that range. */
  at(k: number): HistoryState;
}

/** Lets `history` give the state after any step of the run that ended with the maps of `result`; they are kept, not copied. */
export function replayable(history: History, result: FinalMaps): ReplayableHistory {
  const { stepCount, count, above } = history;
  const whole: ReplayableHistory = {
    stepCount,
    ...(count && { count: (k) => count.call(history, k) }),
    ...(above !== undefined && { above }),
    step: (k) => history.step(k),
    at: (k) => stateAt(whole, result, k),
  };
  return whole;
}

/**
 * Makes the first far moves through a history as quick as later ones; without it they take the time of going there step by step. Calls `pause` after
 * every fraction of a millisecond.
 */
export async function prepareReplay(history: History, result: FinalMaps, pause: () => Promise<unknown>): Promise<void> {
  for (const _ of replayOf(history, result).prepare()) await pause();
}

function stateAt(history: History, result: FinalMaps, k: number): HistoryState {
  const cursor = new HistoryCursor(history, result, k);
  const state: HistoryState = {
    get step() {
      return cursor.step;
    },
    scores: ndarray(cursor.scores, result.scores.shape),
    rotations: ndarray(cursor.rotations, result.rotations.shape),
    moveTo: (step) => {
      cursor.moveTo(step);
      return state;
    },
  };
  return state;
}

/** The maps of a run after `step` of its history, in arrays of their own. */
export function resultAt(
  result: FinalMaps,
  history: History,
  step: number,
): Pick<HistoryState, "scores" | "rotations"> {
  const { scores, rotations } = stateAt(history, result, step);
  return { scores, rotations };
}

function checkStep(step: number, stepCount: number): void {
  if (!Number.isInteger(step) || step < 0 || step > stepCount)
    throw new RotoscopeError("argument", `step: ${step}, expected an integer from 0 to ${stepCount}`);
}
