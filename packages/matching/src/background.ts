import { type AnalyzerResult, type History, type NdArray, ndarray } from "@rotoscope/core";
import { type ScoreBox, targetGrid } from "./extend-target.js";
import { forEachRow } from "./gather-splits.js";
import { inTurns } from "./in-turns.js";
import type { PrepareOptions } from "./prepared-target.js";

type Shape3 = readonly [number, number, number];

/** Takes what a background template scored in `box` into the best of `shape`. */
export function gatherBackground(best: Float32Array, shape: Shape3, box: ScoreBox, found: Float32Array): void {
  forEachRow(box, shape, (from, to, length) => {
    for (let x = 0; x < length; x++) if (found[from + x]! > best[to + x]!) best[to + x] = found[from + x]!;
  });
}

/**
 * What is to be taken off each score: B - mean(B), B being the best scores of the background template. The mean is that over the grid of pyTME's transforms, which is 0 beyond the
 * padded target's score map.
 */
export async function backgroundCorrection(best: Float32Array, options: PrepareOptions): Promise<Float32Array> {
  const { padEdges, shape, templateShape } = options;
  const grid = targetGrid({ shape, templateShape, padEdges, sameLengths: true });
  const voxels = padEdges ? grid.reduce((product, { length }) => product * length, 1) : best.length;
  let sum = 0;
  await inTurns(best.length, (from, to) => {
    for (let voxel = from; voxel < to; voxel++) sum += best[voxel]!;
  });
  const mean = sum / voxels;
  const correction = new Float32Array(best.length);
  await inTurns(best.length, (from, to) => {
    for (let voxel = from; voxel < to; voxel++) correction[voxel] = best[voxel]! - mean;
  });
  return correction;
}

/** Takes `correction` off the scores that some rotation gave; a copy. Others have their turn meanwhile. */
export async function correctedScores(
  { scores, rotations }: Pick<AnalyzerResult, "scores" | "rotations">,
  correction: Float32Array,
): Promise<NdArray<Float32Array>> {
  const corrected = new Float32Array(scores.data.length);
  await inTurns(corrected.length, (from, to) => {
    for (let voxel = from; voxel < to; voxel++) {
      const score = scores.data[voxel]!;
      corrected[voxel] = rotations.data[voxel]! < 0 ? score : score - correction[voxel]!;
    }
  });
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
