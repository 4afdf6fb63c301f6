import { type NdArray, ndarray } from "@rotoscope/core";

/** How many x are turned at a time: as many values as a cache line has. */
const LINE = 16;

/**
 * An array with its axes in reversed order, in C order again: x, y, z becomes z, y, x. With `firstFastest` the values lie so already.
 * Arrays of up to three axes.
 */
export function reverseAxes<Data extends Float32Array | Int32Array>(
  array: NdArray<Data>,
  firstFastest = false,
): NdArray<Data> {
  const shape = [...array.shape].reverse();
  if (firstFastest || shape.length < 2) return ndarray(array.data, shape);
  const [nx, ny, nz] = [1, 1, 1, ...array.shape].slice(-3) as [number, number, number];
  const from = array.data;
  const to = new (from.constructor as new (length: number) => Data)(from.length);
  // Bits, whatever they mean: one kind of array keeps the loops fast.
  const source = new Int32Array(from.buffer, from.byteOffset, from.length);
  const target = new Int32Array(to.buffer);
  // Rows are gathered first: in the source they lie so far apart that they would drive one another out of the caches.
  const pitch = nz + LINE;
  const rows = new Int32Array(LINE * pitch);
  for (let y = 0; y < ny; y++)
    for (let x = 0; x < nx; x += LINE) {
      const count = Math.min(LINE, nx - x);
      for (let k = 0; k < count; k++) {
        const start = ((x + k) * ny + y) * nz;
        rows.set(source.subarray(start, start + nz), k * pitch);
      }
      turnRows(rows, pitch, count, nz, target, y * nx + x, ny * nx);
    }
  return ndarray(to, shape);
}

/** `count` rows of `length` values become `length` runs of `count` values, `step` apart. */
function turnRows(
  rows: Int32Array,
  pitch: number,
  count: number,
  length: number,
  target: Int32Array,
  start: number,
  step: number,
): void {
  for (let i = 0, at = start; i < length; i++, at += step)
    if (count === LINE) turnLine(rows, pitch, i, target, at);
    else for (let k = 0, from = i; k < count; k++, from += pitch) target[at + k] = rows[from]!;
}

/** The same for a whole line of values; written out, it takes half the time. */
function turnLine(rows: Int32Array, pitch: number, from: number, target: Int32Array, at: number): void {
  target[at] = rows[from]!;
  target[at + 1] = rows[from + pitch]!;
  target[at + 2] = rows[from + 2 * pitch]!;
  target[at + 3] = rows[from + 3 * pitch]!;
  target[at + 4] = rows[from + 4 * pitch]!;
  target[at + 5] = rows[from + 5 * pitch]!;
  target[at + 6] = rows[from + 6 * pitch]!;
  target[at + 7] = rows[from + 7 * pitch]!;
  target[at + 8] = rows[from + 8 * pitch]!;
  target[at + 9] = rows[from + 9 * pitch]!;
  target[at + 10] = rows[from + 10 * pitch]!;
  target[at + 11] = rows[from + 11 * pitch]!;
  target[at + 12] = rows[from + 12 * pitch]!;
  target[at + 13] = rows[from + 13 * pitch]!;
  target[at + 14] = rows[from + 14 * pitch]!;
  target[at + 15] = rows[from + 15 * pitch]!;
}
