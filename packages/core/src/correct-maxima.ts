/**
 * best := (best - mean) * invStd, in float64 and rounded once, where `rotations` is not -1; in place.
 *
 * `mean` and `invStd` have the length of `best`, or one element for all voxels.
 */
export function correctMaxima(
  best: Float32Array,
  rotations: Int32Array,
  mean: Float32Array | Float64Array,
  invStd: Float32Array | Float64Array,
): void {
  const meanStep = mean.length === 1 ? 0 : 1;
  const stdStep = invStd.length === 1 ? 0 : 1;
  for (let voxel = 0; voxel < best.length; voxel++)
    if (rotations[voxel] !== -1) best[voxel] = (best[voxel]! - mean[voxel * meanStep]!) * invStd[voxel * stdStep]!;
}
