import { RotoscopeError } from "./errors.js";
import type { LoggedImprovements } from "./improvement-log.js";
import { sizeOf } from "./ndarray.js";
import { BLOCK_BITS, inBlocks } from "./voxel-blocks.js";

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
  return best.length >>> BLOCK_BITS === 0 ? step : inBlocks(step);
}

function fail(step: number, stepCount: number): never {
  throw new RotoscopeError("argument", `step: ${step}, expected an integer from 0 to ${stepCount}`);
}
