import { windowMaximum } from "./window-maximum.js";

/**
 * The voxels that equal the maximum of the window [p - floor(size / 2), p - floor(size / 2) + size) along each axis, in ascending order; NaN and -Infinity are none.
 */
export function proposeWindowMaxima(scores: Float32Array, shape: readonly number[], size: number): Int32Array {
  const highest = windowMaximum(scores, shape, size);
  const voxels: number[] = [];
  for (let voxel = 0; voxel < scores.length; voxel++)
    if (scores[voxel]! === highest[voxel]! && scores[voxel]! > Number.NEGATIVE_INFINITY) voxels.push(voxel);
  return Int32Array.from(voxels);
}
