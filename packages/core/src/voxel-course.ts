import type { History } from "./history.js";

/** The steps that improved one voxel, ascending, and the score that each brought. */
export interface VoxelCourse {
  readonly steps: readonly number[];
  readonly scores: readonly number[];
}

/**
 * Follows a voxel (flat index) back from its final `score` and `rotation`: each improvement names the rotation that it replaced. Ends early where the history holds no
 * more of it.
 */
export function voxelCourse(history: History, voxel: number, score: number, rotation: number): VoxelCourse {
  const steps: number[] = [];
  const scores: number[] = [];
  let [value, index] = [score, rotation];
  while (index >= 0 && index < history.stepCount) {
    const step = history.step(index + 1);
    const entry = step.voxel.indexOf(voxel);
    if (entry < 0) break;
    steps.unshift(index + 1);
    scores.unshift(value);
    value = step.score[entry]!;
    index = step.rotation[entry]!;
  }
  return { steps, scores };
}
