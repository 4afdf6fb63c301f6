import { sumOfLanes } from "./update-maxima.js";

/**
 * `updateMaxima` for the voxels whose `inside` is not 0; the others are left alone and count as 0 in the sum, in the same lanes.
 *
 * `inside[v - from]` belongs to voxel v.
 */
export function updateMaximaWithin(
  best: Float32Array,
  rotations: Int32Array,
  scores: Float32Array,
  index: number,
  from: number,
  to: number,
  inside: Uint8Array,
): number {
  const lanes = new Float64Array(8);
  for (let voxel = from; voxel < to; voxel++) {
    if (inside[voxel - from] === 0) continue;
    const score = scores[voxel]!;
    if (Number.isNaN(score)) continue;
    lanes[(voxel - from) & 7]! += score * score;
    const current = best[voxel]!;
    if (score > current) {
      best[voxel] = score;
      rotations[voxel] = index;
    } else if (score === current && index < rotations[voxel]!) rotations[voxel] = index;
  }
  return sumOfLanes(lanes);
}
