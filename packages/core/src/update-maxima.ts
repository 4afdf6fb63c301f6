import { type Improving, tellImproved } from "./improved-voxels.js";
import { sumOfSquares } from "./sum-of-squares.js";

/**
 * Takes one rotation's scores into the maxima at `from` ... `to` - 1, and returns `sumOfSquares` of those scores.
 *
 * Where `scores` > `best` (strictly): best := score, rotations := index. Where they are equal and index < rotations: rotations := index (a rotation of -1 stays).
 * NaN does neither. Where `inside` is given, only voxels whose byte is not 0 may improve; `inside[v - from]` belongs to voxel v.
 * `improving`, where given, is told of all voxels whose score is greater, those outside `inside` too.
 */
export function updateMaxima(
  best: Float32Array,
  rotations: Int32Array,
  scores: Float32Array,
  index: number,
  from: number,
  to: number,
  inside: Uint8Array | null = null,
  improving: Improving | null = null,
): number {
  if (improving) tellImproved(best, scores, from, to, improving);
  for (let voxel = from; voxel < to; voxel++) {
    if (inside !== null && inside[voxel - from] === 0) continue;
    const score = scores[voxel]!;
    const current = best[voxel]!;
    if (score > current) {
      best[voxel] = score;
      rotations[voxel] = index;
    } else if (score === current && index < rotations[voxel]!) rotations[voxel] = index;
  }
  return sumOfSquares(scores, from, to);
}
