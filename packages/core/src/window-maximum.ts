import { stridesOf } from "./ndarray.js";

/**
 * The maximum of the window [p - back, p - back + size) about each voxel, along every axis; `back` is floor(size / 2) unless given.
 *
 * What lies outside counts as -Infinity, NaN likewise. `data` is C order; a new array of the same shape is returned.
 */
export function windowMaximum(
  data: Float32Array,
  shape: readonly number[],
  size: number,
  back: number = Math.floor(size / 2),
): Float32Array {
  const stride = stridesOf(shape);
  const maxima = new Float32Array(data.length);
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = data[voxel]!;
    maxima[voxel] = Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  }
  if (size === 1 && back === 0) return maxima;
  for (let axis = 0; axis < shape.length; axis++) lineMaxima(maxima, shape[axis]!, stride[axis]!, size, back);
  return maxima;
}

/** Replaces each line of `length` elements, `step` apart, by its window maxima: best of a block's tail and the next block's head (van Herk 1992, Gil and Werman 1993). */
function lineMaxima(maxima: Float32Array, length: number, step: number, size: number, back: number): void {
  const padded = length + size - 1;
  const tails = new Float32Array(padded);
  const heads = new Float32Array(padded);
  for (let slab = 0; slab < maxima.length; slab += length * step)
    for (let line = slab; line < slab + step; line++) {
      tails.fill(Number.NEGATIVE_INFINITY);
      for (let at = Math.max(0, -back); at < length && at + back < padded; at++)
        tails[at + back] = maxima[line + at * step]!;
      let head = Number.NEGATIVE_INFINITY;
      for (let at = 0; at < padded; at++) {
        const value = tails[at]!;
        head = at % size === 0 || value > head ? value : head;
        heads[at] = head;
      }
      for (let at = padded - 2; at >= 0; at--)
        if ((at + 1) % size !== 0 && tails[at + 1]! > tails[at]!) tails[at] = tails[at + 1]!;
      for (let at = 0; at < length; at++) {
        const head = heads[at + size - 1]!;
        maxima[line + at * step] = Math.max(tails[at]!, head);
      }
    }
}
