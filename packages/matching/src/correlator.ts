import { BlockTransform } from "./block-transform.js";

type Shape3 = readonly [number, number, number];
type Reals = Float32Array | Float64Array;

/** Lines that are transformed side by side: enough to fill cache lines, few enough to stay in the cache. */
const WIDTH = 16;

/**
 * Correlates small boxes with a fixed target by Fourier transforms on a periodic grid.
 *
 * With h = g1 + i g2 of two real boxes, the backward transform of (spectrum of the target) x (backward transform of h) is
 * CC(f, g1) + i CC(f, g2): two correlations for one complex transform. Rows and planes that are zero going in, or not wanted coming out, are not transformed.
 */
export class Correlator {
  readonly grid: Shape3;
  readonly #spectrumRe: Reals;
  readonly #spectrumIm: Reals;
  readonly #re: Reals;
  readonly #im: Reals;
  readonly #transforms: readonly [BlockTransform, BlockTransform, BlockTransform];

  /** `spectrum`: the forward transform of the target on `grid`, C order; its arrays' type is the precision of the intermediates. */
  constructor(grid: Shape3, spectrum: { readonly re: Reals; readonly im: Reals }) {
    this.grid = grid;
    this.#spectrumRe = spectrum.re;
    this.#spectrumIm = spectrum.im;
    const Precision = spectrum.re.constructor as Float64ArrayConstructor;
    this.#re = new Precision(spectrum.re.length);
    this.#im = new Precision(spectrum.re.length);
    this.#transforms = [
      new BlockTransform(grid[0], WIDTH),
      new BlockTransform(grid[1], WIDTH),
      new BlockTransform(grid[2], WIDTH),
    ];
  }

  /**
   * Correlates two boxes of shape `box` (C order, at the grid's origin) with the target, unnormalised (times the grid's size). `origin` is the grid position of
   * the output's first voxel, taken modulo the grid; `out1` and `out2` are C order of `outShape`; without `second` only `out1` is written.
   */
  correlate(
    first: Reals,
    second: Reals | null,
    box: Shape3,
    origin: Shape3,
    outShape: Shape3,
    out1: Reals,
    out2: Reals | null,
  ): void {
    this.#rowsIn(first, second, box);
    const planesIn = range(0, box[0], this.grid[0]);
    const planesOut = range(origin[0], outShape[0], this.grid[0]);
    const rowsOut = range(origin[1], outShape[1], this.grid[1]);
    for (const z of planesIn) this.#columns(z, range(0, box[1], this.grid[1]), range(0, this.grid[1], this.grid[1]));
    this.#multiply(planesIn, planesOut);
    for (const z of planesOut) this.#columns(z, range(0, this.grid[1], this.grid[1]), rowsOut);
    this.#rowsOut(planesOut, rowsOut, range(origin[2], outShape[2], this.grid[2]), out1, out2);
  }

  /** Along x, into the grid: the box's rows only. */
  #rowsIn(first: Reals, second: Reals | null, [depth, height, width]: Shape3): void {
    const transform = this.#transforms[2];
    const [, n1, n2] = this.grid;
    for (let start = 0; start < depth * height; start += WIDTH) {
      const lines = Math.min(WIDTH, depth * height - start);
      transform.re.fill(0);
      transform.im.fill(0);
      for (let line = 0; line < lines; line++)
        for (let x = 0; x < width; x++) {
          transform.re[x * WIDTH + line] = first[(start + line) * width + x]!;
          if (second) transform.im[x * WIDTH + line] = second[(start + line) * width + x]!;
        }
      transform.run();
      const { re, im } = transform;
      for (let line = 0; line < lines; line++) {
        const row = start + line;
        const to = (Math.floor(row / height) * n1 + (row % height)) * n2;
        for (let x = 0; x < n2; x++) {
          this.#re[to + x] = re[x * WIDTH + line]!;
          this.#im[to + x] = im[x * WIDTH + line]!;
        }
      }
    }
  }

  /** Along y, in plane z: reads `rowsIn` (the others are zero), writes `rowsOut`. */
  #columns(z: number, rowsIn: Int32Array, rowsOut: Int32Array): void {
    const transform = this.#transforms[1];
    const [, n1, n2] = this.grid;
    for (let x = 0; x < n2; x += WIDTH) {
      const columns = Math.min(WIDTH, n2 - x);
      if (rowsIn.length < n1) {
        transform.re.fill(0);
        transform.im.fill(0);
      }
      load(this.#re, this.#im, transform, rowsIn, z * n1 * n2 + x, n2, columns);
      transform.run();
      store(this.#re, this.#im, transform, rowsOut, z * n1 * n2 + x, n2, columns);
    }
  }

  /** Along z: backward, times the spectrum, backward again. */
  #multiply(planesIn: Int32Array, planesOut: Int32Array): void {
    const transform = this.#transforms[0];
    const [n0, n1, n2] = this.grid;
    const plane = n1 * n2;
    for (let start = 0; start < plane; start += WIDTH) {
      const columns = Math.min(WIDTH, plane - start);
      if (planesIn.length < n0) {
        transform.re.fill(0);
        transform.im.fill(0);
      }
      load(this.#re, this.#im, transform, planesIn, start, plane, columns);
      transform.run();
      const { re, im } = transform;
      for (let z = 0; z < n0; z++)
        for (let column = 0; column < columns; column++) {
          const at = z * WIDTH + column;
          const from = z * plane + start + column;
          const fr = this.#spectrumRe[from]!;
          const fi = this.#spectrumIm[from]!;
          const gr = re[at]!;
          const gi = im[at]!;
          re[at] = fr * gr - fi * gi;
          im[at] = fr * gi + fi * gr;
        }
      transform.run();
      store(this.#re, this.#im, transform, planesOut, start, plane, columns);
    }
  }

  /** Along x, out of the grid: the wanted voxels of the wanted rows. */
  #rowsOut(planes: Int32Array, rows: Int32Array, columns: Int32Array, out1: Reals, out2: Reals | null): void {
    const transform = this.#transforms[2];
    const [, n1, n2] = this.grid;
    const total = planes.length * rows.length;
    for (let start = 0; start < total; start += WIDTH) {
      const lines = Math.min(WIDTH, total - start);
      for (let line = 0; line < lines; line++) {
        const row = start + line;
        const from = (planes[Math.floor(row / rows.length)]! * n1 + rows[row % rows.length]!) * n2;
        for (let x = 0; x < n2; x++) {
          transform.re[x * WIDTH + line] = this.#re[from + x]!;
          transform.im[x * WIDTH + line] = this.#im[from + x]!;
        }
      }
      transform.run();
      const { re, im } = transform;
      for (let line = 0; line < lines; line++) {
        const to = (start + line) * columns.length;
        for (let x = 0; x < columns.length; x++) {
          out1[to + x] = re[columns[x]! * WIDTH + line]!;
          if (out2) out2[to + x] = im[columns[x]! * WIDTH + line]!;
        }
      }
    }
  }
}

/**
 * The forward transform of a real array on `grid` in float64, sum over x of f(x) exp(-2 pi i k x / n), C order. `second`, where given, is packed as the imaginary part.
 */
export function forwardSpectrum(
  grid: Shape3,
  first: Float64Array,
  second: Float64Array | null = null,
): { re: Float64Array; im: Float64Array } {
  const re = Float64Array.from(first);
  const im = second ? second.map((value) => -value) : new Float64Array(first.length);
  for (let axis = 0; axis < 3; axis++) {
    const length = grid[axis]!;
    const stride = grid.slice(axis + 1).reduce((product, n) => product * n, 1);
    const transform = new BlockTransform(length, WIDTH);
    const all = range(0, length, length);
    const columnStride = axis === 2 ? length : 1;
    const span = axis === 2 ? re.length / length : stride;
    for (let outer = 0; outer < re.length; outer += length * span)
      for (let start = 0; start < span; start += WIDTH) {
        const columns = Math.min(WIDTH, span - start);
        load(re, im, transform, all, outer + start * columnStride, stride, columns, columnStride);
        transform.run();
        store(re, im, transform, all, outer + start * columnStride, stride, columns, columnStride);
      }
  }
  for (let at = 0; at < im.length; at++) im[at] = -im[at]!;
  return { re, im };
}

function load(
  re: Reals,
  im: Reals,
  transform: BlockTransform,
  indices: Int32Array,
  base: number,
  stride: number,
  columns: number,
  columnStride = 1,
): void {
  const { re: toRe, im: toIm } = transform;
  for (const index of indices) {
    const from = base + index * stride;
    const to = index * WIDTH;
    for (let column = 0; column < columns; column++) {
      toRe[to + column] = re[from + column * columnStride]!;
      toIm[to + column] = im[from + column * columnStride]!;
    }
  }
}

function store(
  re: Reals,
  im: Reals,
  transform: BlockTransform,
  indices: Int32Array,
  base: number,
  stride: number,
  columns: number,
  columnStride = 1,
): void {
  const { re: fromRe, im: fromIm } = transform;
  for (const index of indices) {
    const to = base + index * stride;
    const from = index * WIDTH;
    for (let column = 0; column < columns; column++) {
      re[to + column * columnStride] = fromRe[from + column]!;
      im[to + column * columnStride] = fromIm[from + column]!;
    }
  }
}

function range(start: number, count: number, modulus: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => (((start + index) % modulus) + modulus) % modulus);
}
