import { RotoscopeError } from "./errors.js";
import type { LoggedImprovements } from "./improvement-log.js";
import { sizeOf } from "./ndarray.js";
import { BLOCK_BITS } from "./voxel-blocks.js";

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
  /** Number of entries of step k, where that is quicker to know than the entries. */
  count?(k: number): number;
  /** Only improvements to scores above it were recorded; not given: all. */
  readonly above?: number;
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
  return historyOf([...joinSteps(chunks, shape, scoreThreshold)].filter((step) => step !== null));
}

/** A history whose steps are in memory. */
export function historyOf(steps: readonly HistoryStep[]): History {
  const step = (k: number): HistoryStep => steps[k - 1] ?? fail(k, steps.length);
  return { stepCount: steps.length, step, count: (k) => step(k).voxel.length };
}

/** Entries that are joined before the caller gets a turn. */
const TURN = 2 ** 15;

/** As `joinImprovements`, step by step, with null now and then in between, so that whoever takes them can do something else. */
export function* joinSteps(
  chunks: Iterable<LoggedImprovements>,
  shape: readonly number[],
  scoreThreshold: number,
): Generator<HistoryStep | null, void> {
  const best = new Float32Array(sizeOf(shape));
  const state: JoinState = { best, rotation: new Int32Array(best.length), index: 0 };
  for (let from = 0; from < best.length; from += TURN) {
    best.fill(scoreThreshold, from, from + TURN);
    state.rotation.fill(-1, from, from + TURN);
    yield null;
  }
  for (const { voxels, scores, ends } of chunks) {
    let start = 0;
    for (const end of ends) {
      yield* improve({ voxels: voxels.subarray(start, end), scores: scores.subarray(start, end) }, state);
      state.index++;
      start = end;
    }
  }
}

interface JoinState {
  readonly best: Float32Array;
  readonly rotation: Int32Array;
  index: number;
}

/** The entries of one step that count, in the order of their blocks of voxels. */
function* improve(
  { voxels, scores }: Pick<LoggedImprovements, "voxels" | "scores">,
  state: JoinState,
): Generator<HistoryStep | null, void> {
  const places = new Int32Array((state.best.length >>> BLOCK_BITS) + 2);
  for (let from = 0; from < voxels.length; from += TURN) {
    countBlocks(voxels.subarray(from, from + TURN), scores.subarray(from, from + TURN), state.best, places);
    if (voxels.length > TURN) yield null;
  }
  for (let block = 1; block < places.length; block++) places[block]! += places[block - 1]!;
  const count = places.at(-1)!;
  const step = { voxel: new Int32Array(count), score: new Float32Array(count), rotation: new Int32Array(count) };
  for (let from = 0; from < voxels.length; from += TURN) {
    place(voxels.subarray(from, from + TURN), scores.subarray(from, from + TURN), state, places, step);
    if (voxels.length > TURN) yield null;
  }
  yield step;
}

function countBlocks(voxels: Int32Array, scores: Float32Array, best: Float32Array, places: Int32Array): void {
  for (let entry = 0; entry < voxels.length; entry++) {
    const voxel = voxels[entry]!;
    if (scores[entry]! > best[voxel]!) places[(voxel >>> BLOCK_BITS) + 1]!++;
  }
}

function place(
  voxels: Int32Array,
  scores: Float32Array,
  { best, rotation, index }: JoinState,
  places: Int32Array,
  step: HistoryStep,
): void {
  for (let entry = 0; entry < voxels.length; entry++) {
    const voxel = voxels[entry]!;
    const score = scores[entry]!;
    if (!(score > best[voxel]!)) continue;
    const at = places[voxel >>> BLOCK_BITS]!++;
    step.voxel[at] = voxel;
    step.score[at] = best[voxel]!;
    step.rotation[at] = rotation[voxel]!;
    best[voxel] = score;
    rotation[voxel] = index;
  }
}

/** About how many bytes the history of a search takes, in memory and as a file: N (ln n + 0.6) entries of 12 bytes for noise; structure makes it less. */
export function historyBytes(shape: readonly number[], rotationCount: number): number {
  return 12 * sizeOf(shape) * (Math.log(Math.max(1, rotationCount)) + 0.6);
}

function fail(step: number, stepCount: number): never {
  throw new RotoscopeError("argument", `step: ${step}, expected an integer from 0 to ${stepCount}`);
}
