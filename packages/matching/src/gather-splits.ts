import { type AnalyzerResult, ndarray, sizeOf } from "@rotoscope/core";

/** Best scores and their rotations, C order. */
export interface Winners {
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
}

/**
 * Joins states that each hold the best of some of the rotations: the higher score wins, ties go to the lower rotation index. Copies; the
 * states may be in use.
 */
export function gatherSplits(
  states: Iterable<Winners>,
  shape: readonly number[],
  scoreThreshold: number,
): Pick<AnalyzerResult, "scores" | "rotations"> {
  const scores = new Float32Array(sizeOf(shape)).fill(scoreThreshold);
  const rotations = new Int32Array(scores.length).fill(-1);
  for (const state of states)
    for (let voxel = 0; voxel < scores.length; voxel++) {
      const [score, best] = [state.scores[voxel]!, scores[voxel]!];
      if (score > best || (score === best && state.rotations[voxel]! < rotations[voxel]!)) {
        scores[voxel] = score;
        rotations[voxel] = state.rotations[voxel]!;
      }
    }
  return { scores: ndarray(scores, shape), rotations: ndarray(rotations, shape) };
}
