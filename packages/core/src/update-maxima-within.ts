import { sumOfLanes } from "./update-maxima.js";

/**
 * `updateMaxima` where only voxels whose `inside` is not 0 may improve. The sum is that of `updateMaxima`: over all voxels, inside or not.
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
    const score = scores[voxel]!;
    if (Number.isNaN(score)) continue;
    lanes[(voxel - from) & 7]! += score * score;
    if (inside[voxel - from] === 0) continue;
    const current = best[voxel]!;
    if (score > current) {
      best[voxel] = score;
      rotations[voxel] = index;
    } else if (score === current && index < rotations[voxel]!) rotations[voxel] = index;
  }
  return sumOfLanes(lanes);
}
