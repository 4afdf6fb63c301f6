import { type NdArray, ndarray } from "@rotoscope/core";
import { checkBytes, numpyMap } from "./numpy-values.js";
import { NumpyArray } from "./pickle-values.js";
import { StoredBytes } from "./stored-bytes.js";

/** How many x are turned at a time: as many values as a cache line has. */
const LINE = 16;

type MapOf<Kind extends "f4" | "i4"> = Kind extends "f4" ? Float32Array : Int32Array;

/**
 * A NumPy array of up to three axes with its axes in reversed order, as float32 or int32 in C order: x, y, z becomes z, y, x.
 *
 * One that lies in a file comes from it a few planes at a time, which stay in the caches until they are turned: its values take up memory once. `look` sees, and may
 * change, all values in some order. `what` stands in the messages of errors. Throws as `numpyValues` does.
 */
export async function reversedMap<Kind extends "f4" | "i4">(
  array: NumpyArray,
  kind: Kind,
  what: string,
  look: (values: MapOf<Kind>) => void = () => {},
): Promise<NdArray<MapOf<Kind>>> {
  checkBytes(array, what);
  const shape = [...array.shape].reverse();
  if (array.fortranOrder || shape.length < 2) {
    const data = numpyMap(await wholeArray(array), kind, what);
    look(data);
    return ndarray(data, shape);
  }
  const [nx, ny, nz] = array.shape.length === 2 ? [array.shape[0]!, 1, array.shape[1]!] : (array.shape as Lengths);
  const plane = ny * nz;
  // Rows that are a power of two apart would drive one another out of the caches.
  const pitch = plane + LINE;
  const slabs = [nx, nx - LINE].map((left) => new Int32Array(Math.max(0, Math.min(LINE, left)) * pitch));
  const target = new Int32Array(nx * plane);
  const load = (x: number, slab: Int32Array): Promise<void> => {
    const rows = Array.from({ length: Math.min(LINE, nx - x) }, (_, k) => slab.subarray(k * pitch, k * pitch + plane));
    return readPlanes(array, kind, what, x * plane, rows, (values) => look(values as MapOf<Kind>));
  };
  let loaded = load(0, slabs[0]!);
  for (let x = 0, turn = 0; x < nx; x += LINE, turn ^= 1) {
    await loaded;
    if (x + LINE < nx) loaded = load(x + LINE, slabs[turn ^ 1]!);
    loaded.catch(() => {});
    turnPlanes(slabs[turn]!, pitch, Math.min(LINE, nx - x), [nx, ny, nz], target, x);
  }
  return ndarray((kind === "f4" ? new Float32Array(target.buffer) : target) as MapOf<Kind>, shape);
}

type Lengths = readonly [number, number, number];

/** The same array, all of it in memory. */
export async function wholeArray(array: NumpyArray): Promise<NumpyArray> {
  if (array.bytes instanceof Uint8Array) return array;
  const whole = Object.assign(new NumpyArray(), array);
  whole.bytes = new Uint8Array(array.bytes.length);
  await array.bytes.readInto([whole.bytes], 0);
  return whole;
}

/** Reads planes from value `start` on into `rows`, as bits. */
async function readPlanes(
  array: NumpyArray,
  kind: "f4" | "i4",
  what: string,
  start: number,
  rows: readonly Int32Array[],
  look: (values: Float32Array | Int32Array) => void,
): Promise<void> {
  const { dtype, bytes } = array;
  const width = Number(dtype.code.slice(1));
  const asItIs = dtype.code === kind && dtype.littleEndian;
  const parts = rows.map(({ buffer, byteOffset, length }) =>
    asItIs ? new Uint8Array(buffer, byteOffset, 4 * length) : new Uint8Array(width * length),
  );
  if (bytes instanceof StoredBytes) await bytes.readInto(parts, start * width);
  else {
    let at = start * width;
    for (const part of parts) {
      part.set(bytes.subarray(at, at + part.length));
      at += part.length;
    }
  }
  rows.forEach((row, k) => {
    const values = kind === "f4" ? new Float32Array(row.buffer, row.byteOffset, row.length) : row;
    if (!asItIs) {
      const part = Object.assign(new NumpyArray(), { dtype, shape: [row.length], bytes: parts[k]! });
      values.set(numpyMap(part, kind, what));
    }
    look(values);
  });
}

/** `count` planes y, z, `pitch` apart, go to the x from `x` on. */
function turnPlanes(
  planes: Int32Array,
  pitch: number,
  count: number,
  [nx, ny, nz]: Lengths,
  target: Int32Array,
  x: number,
): void {
  const step = ny * nx;
  for (let y = 0; y < ny; y++)
    for (let from = y * nz, to = y * nx + x; from < (y + 1) * nz; from++, to += step)
      if (count === LINE) turnLine(planes, pitch, from, target, to);
      else for (let k = 0; k < count; k++) target[to + k] = planes[from + k * pitch]!;
}

/** The same for a whole line of values; written out, it takes half the time. */
function turnLine(planes: Int32Array, pitch: number, from: number, target: Int32Array, to: number): void {
  target[to] = planes[from]!;
  target[to + 1] = planes[from + pitch]!;
  target[to + 2] = planes[from + 2 * pitch]!;
  target[to + 3] = planes[from + 3 * pitch]!;
  target[to + 4] = planes[from + 4 * pitch]!;
  target[to + 5] = planes[from + 5 * pitch]!;
  target[to + 6] = planes[from + 6 * pitch]!;
  target[to + 7] = planes[from + 7 * pitch]!;
  target[to + 8] = planes[from + 8 * pitch]!;
  target[to + 9] = planes[from + 9 * pitch]!;
  target[to + 10] = planes[from + 10 * pitch]!;
  target[to + 11] = planes[from + 11 * pitch]!;
  target[to + 12] = planes[from + 12 * pitch]!;
  target[to + 13] = planes[from + 13 * pitch]!;
  target[to + 14] = planes[from + 14 * pitch]!;
  target[to + 15] = planes[from + 15 * pitch]!;
}
