import { type EngineLayout, type Shape3, VECTOR } from "./engine-layout.js";

/** Writes row (z, y) of an image into `row`, along x; false if all of it is 0. */
export type ImageRows = (z: number, y: number, row: Float64Array) => boolean;

/** An image of a grid; its voxel (z, y, x) lies at (z, y, x) - `origin` modulo the grid, what lies beyond its shape is 0. */
export interface GridImage {
  readonly rows: ImageRows;
  readonly shape: Shape3;
  readonly origin: Shape3;
}

/** Writes an image times `scale` into the real parts of a box, and 0 or, with `squared`, its negative square into the imaginary parts. */
export function putImage(
  memory: WebAssembly.Memory,
  box: number,
  layout: EngineLayout,
  image: GridImage,
  scale: number,
  squared: boolean,
): void {
  const { lanes, a, b, c } = layout;
  const values = lanes === 4 ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer);
  const size = values.BYTES_PER_ELEMENT;
  const row = VECTOR * layout.boxVectors;
  const steps = { [a.axis]: row * b.inputs, [b.axis]: row };
  const placesOf = (axis: 0 | 1 | 2): Int32Array =>
    Int32Array.from({ length: image.shape[axis] }, (_, index) => {
      const { length } = [a, b, c].find((one) => one.axis === axis)!;
      const place = (((index - image.origin[axis]) % length) + length) % length;
      const at = axis === c.axis ? Math.floor(place / lanes) * VECTOR + (place % lanes) * size : place * steps[axis]!;
      return at / size;
    });
  const [zs, ys, xs] = [placesOf(0), placesOf(1), placesOf(2)];
  const imaginary = 16 / size;
  const line = new Float64Array(image.shape[2]);
  const put = (z: number, y: number): void => {
    if (!image.rows(z, y, line)) line.fill(0);
    const start = box / size + zs[z]! + ys[y]!;
    for (let x = 0; x < line.length; x++) {
      const to = start + xs[x]!;
      const value = line[x]! * scale;
      values[to] = value;
      values[to + imaginary] = squared ? -value * line[x]! : 0;
    }
  };
  // Rows that share vectors follow one another, while these are in the cache.
  if (c.axis === 0) for (let y = 0; y < ys.length; y++) for (let z = 0; z < zs.length; z++) put(z, y);
  else for (let z = 0; z < zs.length; z++) for (let y = 0; y < ys.length; y++) put(z, y);
}
