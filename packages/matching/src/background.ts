import { type AnalyzerResult, type History, type NdArray, ndarray, sizeOf } from "@rotoscope/core";
import { gridLengths } from "./extend-target.js";
import { inPieces, inTurns } from "./in-turns.js";
import type { PrepareOptions } from "./prepared-target.js";

/**
 * What is to be taken off each score: B - mean(B), B being the best scores of the background template. The mean is that over the grid of pyTME's transforms, which is 0 beyond the
 * padded target's score map.
 */
export async function backgroundCorrection(best: Float32Array, options: PrepareOptions): Promise<Float32Array> {
  const { padEdges, shape, templateShape } = options;
  const grid = gridLengths({ shape, templateShape, padEdges, sameLengths: true });
  const voxels = padEdges ? sizeOf(grid) : best.length;
  let sum = 0;
  await inTurns(
    inPieces(best.length, (from, to) => {
      for (let voxel = from; voxel < to; voxel++) sum += best[voxel]!;
    }),
  );
  const mean = sum / voxels;
  const correction = new Float32Array(best.length);
  await inTurns(
    inPieces(best.length, (from, to) => {
      for (let voxel = from; voxel < to; voxel++) correction[voxel] = best[voxel]! - mean;
    }),
  );
  return correction;
}

/** Takes `correction` off the scores that some rotation gave; a copy. Others have their turn meanwhile. */
export async function correctedScores(
  { scores, rotations }: Pick<AnalyzerResult, "scores" | "rotations">,
  correction: Float32Array,
): Promise<NdArray<Float32Array>> {
  const corrected = new Float32Array(scores.data.length);
  await inTurns(
    inPieces(corrected.length, (from, to) => {
      for (let voxel = from; voxel < to; voxel++) {
        const score = scores.data[voxel]!;
        corrected[voxel] = rotations.data[voxel]! < 0 ? score : score - correction[voxel]!;
      }
    }),
  );
  return ndarray(corrected, scores.shape);
}

/** The history of the corrected scores. */
export function correctedHistory(history: History, correction: Float32Array): History {
  return {
    ...history,
    step: (k) => {
      const { voxel, score, rotation } = history.step(k);
      const before = score.map((value, at) => (rotation[at]! < 0 ? value : value - correction[voxel[at]!]!));
      return { voxel, score: before, rotation };
    },
  };
}
