/** The voxels of `from` ... `to` - 1 where `scores` > `best` (strictly; NaN never), ascending. */
export function improvedVoxels(best: Float32Array, scores: Float32Array, from: number, to: number): Int32Array {
  let count = 0;
  for (let voxel = from; voxel < to; voxel++) if (scores[voxel]! > best[voxel]!) count++;
  const voxels = new Int32Array(count);
  for (let voxel = from, at = 0; at < count; voxel++) if (scores[voxel]! > best[voxel]!) voxels[at++] = voxel;
  return voxels;
}
