import { RotoscopeError } from "./errors.js";
import type { LoggedImprovements } from "./improvement-log.js";
import { ndarray, sizeOf } from "./ndarray.js";
import type { ResultFields } from "./result.js";

/** What one rotation improved: `score` and `rotation` are the voxel's previous ones. */
export interface HistoryStep {
  readonly voxel: Int32Array;
  readonly score: Float32Array;
  readonly rotation: Int32Array;
}

/**
 * The improvements of a run in the order of its rotations. Step 0 is before any rotation, step k after the k-th;
 * undoing steps k ... n on the final maps gives the exact state after step k - 1.
 */
export interface History {
  /** Number of rotations n. */
  readonly stepCount: number;
  /** Entries of step k = 1 ... n; not to be modified. */
  step(k: number): HistoryStep;
}

/**
 * Joins the logs of consecutive chunks of rotations, each made against a state of its own, into one history: an entry counts
 * when it beats the best of all earlier chunks, so the outcome doesn't depend on how the rotations were split.
 *
 * `shape` is that of the score map, `scoreThreshold` its initial value.
 */
export function joinImprovements(
  chunks: readonly LoggedImprovements[],
  shape: readonly number[],
  scoreThreshold: number,
): History {
  const best = new Float32Array(sizeOf(shape)).fill(scoreThreshold);
  const rotation = new Int32Array(best.length).fill(-1);
  const steps: HistoryStep[] = [];
  for (const chunk of chunks) {
    let start = 0;
    for (const end of chunk.ends) {
      steps.push(improve(chunk, start, end, best, rotation, steps.length));
      start = end;
    }
  }
  return {
    stepCount: steps.length,
    step: (k) => steps[k - 1] ?? fail(k, steps.length),
  };
}

function improve(
  { voxels, scores }: LoggedImprovements,
  start: number,
  end: number,
  best: Float32Array,
  rotation: Int32Array,
  index: number,
): HistoryStep {
  let count = 0;
  for (let entry = start; entry < end; entry++) if (scores[entry]! > best[voxels[entry]!]!) count++;
  const step = { voxel: new Int32Array(count), score: new Float32Array(count), rotation: new Int32Array(count) };
  let at = 0;
  for (let entry = start; entry < end; entry++) {
    const voxel = voxels[entry]!;
    if (!(scores[entry]! > best[voxel]!)) continue;
    step.voxel[at] = voxel;
    step.score[at] = best[voxel]!;
    step.rotation[at++] = rotation[voxel]!;
    best[voxel] = scores[entry]!;
    rotation[voxel] = index;
  }
  return step;
}

/** The state of a run after any of its steps; moves by undoing and redoing improvements. */
export class HistoryCursor {
  /** Best score per voxel after `step`. */
  readonly scores: Float32Array;
  /** Winning rotation per voxel after `step`; -1 = none. */
  readonly rotations: Int32Array;
  readonly #history: History;
  /** Undone steps, last one first: the scores that redoing brings back. */
  readonly #undone: Float32Array[] = [];
  #step: number;

  /** Starts at the last step; copies the maps of `result`. */
  constructor(history: History, result: Pick<ResultFields, "scores" | "rotations">) {
    this.#history = history;
    this.#step = history.stepCount;
    this.scores = Float32Array.from(result.scores.data);
    this.rotations = Int32Array.from(result.rotations.data);
  }

  get step(): number {
    return this.#step;
  }

  /** Moves to `step` (0 ... n). Throws a `RotoscopeError` (`argument`) outside that range. */
  moveTo(step: number): void {
    if (!Number.isInteger(step) || step < 0 || step > this.#history.stepCount) fail(step, this.#history.stepCount);
    while (this.#step > step) this.#undo(this.#history.step(this.#step--));
    while (this.#step < step) this.#redo(this.#history.step(++this.#step), this.#step - 1);
  }

  /** Highest score over the whole volume at the current step. */
  maxScore(): number {
    let max = Number.NEGATIVE_INFINITY;
    for (const score of this.scores) if (score > max) max = score;
    return max;
  }

  #undo({ voxel, score, rotation }: HistoryStep): void {
    const current = new Float32Array(voxel.length);
    for (let entry = 0; entry < voxel.length; entry++) {
      const at = voxel[entry]!;
      current[entry] = this.scores[at]!;
      this.scores[at] = score[entry]!;
      this.rotations[at] = rotation[entry]!;
    }
    this.#undone.push(current);
  }

  #redo({ voxel }: HistoryStep, index: number): void {
    const scores = this.#undone.pop()!;
    for (let entry = 0; entry < voxel.length; entry++) {
      const at = voxel[entry]!;
      this.scores[at] = scores[entry]!;
      this.rotations[at] = index;
    }
  }
}

/** The maps of a run after `step` of its history. */
export function resultAt<Result extends ResultFields>(
  result: Result,
  history: History,
  step: number,
): Pick<Result, "scores" | "rotations"> {
  const cursor = new HistoryCursor(history, result);
  cursor.moveTo(step);
  return {
    scores: ndarray(cursor.scores, result.scores.shape),
    rotations: ndarray(cursor.rotations, result.rotations.shape),
  };
}

function fail(step: number, stepCount: number): never {
  throw new RotoscopeError("argument", `step: ${step}, expected an integer from 0 to ${stepCount}`);
}
