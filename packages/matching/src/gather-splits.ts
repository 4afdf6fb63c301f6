import { type AnalyzerResult, type MaxScoreState, ndarray, sizeOf } from "@rotoscope/core";

/**
 * Joins the states of workers that each scored a contiguous chunk of the rotations, in the order of the chunks: the higher score wins, ties go to the earlier
 * chunk and so to the lower rotation index. Copies; the states may be in use.
 */
export function gatherSplits(
  states: readonly Pick<MaxScoreState, "scores" | "rotations">[],
  shape: readonly number[],
  scoreThreshold: number,
): Pick<AnalyzerResult, "scores" | "rotations"> {
  const scores = new Float32Array(sizeOf(shape)).fill(scoreThreshold);
  const rotations = new Int32Array(scores.length).fill(-1);
  for (const state of states) {
    const { data } = state.scores;
    for (let voxel = 0; voxel < scores.length; voxel++)
      if (data[voxel]! > scores[voxel]!) {
        scores[voxel] = data[voxel]!;
        rotations[voxel] = state.rotations.data[voxel]!;
      }
  }
  return { scores: ndarray(scores, shape), rotations: ndarray(rotations, shape) };
}
