import type { History } from "@rotoscope/core";
import type { ViewableResult } from "./viewable.js";

/** The steps that improved one voxel, ascending, and the score that each brought. */
export interface VoxelCourse {
  readonly steps: readonly number[];
  readonly scores: readonly number[];
}

/**
 * Follows a voxel (flat index) back from its final score: each improvement names the rotation that it replaced. Ends early
 * where the history holds no more of it.
 */
export function voxelCourse(result: ViewableResult, history: History, voxel: number): VoxelCourse {
  const steps: number[] = [];
  const scores: number[] = [];
  let score = result.scores.data[voxel]!;
  let rotation = result.rotations.data[voxel]!;
  while (rotation >= 0 && rotation < history.stepCount) {
    const step = history.step(rotation + 1);
    const entry = step.voxel.indexOf(voxel);
    if (entry < 0) break;
    steps.unshift(rotation + 1);
    scores.unshift(score);
    score = step.score[entry]!;
    rotation = step.rotation[entry]!;
  }
  return { steps, scores };
}
