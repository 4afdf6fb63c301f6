import { sumOfLanes } from "./update-maxima.js";

/** The sum of squares of the scores `from` ... `to` - 1, NaN as 0, added up as `updateMaxima` does. */
export function sumOfSquares(scores: Float32Array, from: number, to: number): number {
  const lanes = new Float64Array(8);
  for (let voxel = from; voxel < to; voxel++) {
    const score = scores[voxel]!;
    if (!Number.isNaN(score)) lanes[(voxel - from) & 7]! += score * score;
  }
  return sumOfLanes(lanes);
}
