import { stridesOf } from "./ndarray.js";

/**
 * The maximum of the window [p - floor(size/2), p - floor(size/2) + size) about each voxel, along every axis.
 *
 * What lies outside counts as -Infinity, NaN likewise. `data` is C order; a new array of the same shape is returned.
 */
export function windowMaximum(data: Float32Array, shape: readonly number[], size: number): Float32Array {
  const stride = stridesOf(shape);
  const back = Math.floor(size / 2);
  let current = Float32Array.from(data, (value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
  if (size === 1) return current;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    const step = stride[axis]!;
    const next = new Float32Array(current.length);
    for (let voxel = 0; voxel < current.length; voxel++) {
      const at = Math.floor(voxel / step) % length;
      const from = Math.max(0, at - back);
      const to = Math.min(length, at - back + size);
      let max = Number.NEGATIVE_INFINITY;
      for (let p = from; p < to; p++) {
        const value = current[voxel + (p - at) * step]!;
        if (value > max) max = value;
      }
      next[voxel] = max;
    }
    current = next;
  }
  return current;
}
