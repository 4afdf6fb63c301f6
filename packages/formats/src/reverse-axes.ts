import { type NdArray, ndarray } from "@rotoscope/core";

/** How many planes are turned at a time, and rows: what is read and written together then fits into the caches. */
const PLANES = 16;
const ROWS = 16;

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
  const planeStep = ny * nz;
  for (let x0 = 0; x0 < nx; x0 += PLANES) {
    const count = Math.min(PLANES, nx - x0);
    for (let y0 = 0; y0 < ny; y0 += ROWS) {
      const yEnd = Math.min(ny, y0 + ROWS);
      for (let z = 0; z < nz; z++)
        for (let y = y0; y < yEnd; y++) {
          let target = (z * ny + y) * nx + x0;
          let source = x0 * planeStep + y * nz + z;
          for (const end = target + count; target < end; target++, source += planeStep) to[target] = from[source]!;
        }
    }
  }
  return ndarray(to, shape);
}
