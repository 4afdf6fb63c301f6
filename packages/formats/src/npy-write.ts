import { type NdArray, ndarray } from "@rotoscope/core";
import { checkArray, tagOf } from "./check-argument.js";

const CODES = new Map([
  ["Float32Array", "<f4"],
  ["Float64Array", "<f8"],
  ["Int32Array", "<i4"],
]);

/** Everything before the values of a NumPy .npy file (format 1.0, C order, little-endian) that holds `array`, a whole number of 64 bytes.
 * Throws a `RotoscopeError`: `argument` for other data, `shape` when data and shape don't fit.
 */
export function npyHeader(array: NdArray<Float32Array | Float64Array | Int32Array>): Uint8Array {
  checkArray("array", array, [...CODES.keys()]);
  ndarray(array.data, array.shape);
  const code = CODES.get(tagOf(array.data))!;
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(", ");
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[length - 1] = 0x0a;
  return bytes;
}
