import { type AnalyzerResult, ndarray, sizeOf } from "@rotoscope/core";

/** Best scores and their rotations, C order. */
export interface Winners {
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
}

/**
 * Joins the states of workers that each scored a contiguous chunk of the rotations, in the order of the chunks: the higher score wins, ties go to the earlier
 * chunk and so to the lower rotation index. Copies; the states may be in use.
 */
export function gatherSplits(
  states: Iterable<Winners>,
  shape: readonly number[],
  scoreThreshold: number,
): Pick<AnalyzerResult, "scores" | "rotations"> {
  const scores = new Float32Array(sizeOf(shape)).fill(scoreThreshold);
  const rotations = new Int32Array(scores.length).fill(-1);
  for (const state of states)
    for (let voxel = 0; voxel < scores.length; voxel++)
      if (state.scores[voxel]! > scores[voxel]!) {
        scores[voxel] = state.scores[voxel]!;
        rotations[voxel] = state.rotations[voxel]!;
      }
  return { scores: ndarray(scores, shape), rotations: ndarray(rotations, shape) };
}
