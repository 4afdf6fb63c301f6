import { swapBytes } from "./byte-order.js";
import { float16ToFloat32 } from "./float16.js";
import type { MrcHeader } from "./mrc-header.js";
import { transpose } from "./transpose.js";

/**
 * The values of an MRC file's bytes as float32, unchanged: two for a complex one, its real and its imaginary part.
 *
 * `bytes` is taken over: its order is changed, and float32 values stay where they are. They have to start at a multiple of their size.
 */
export function mrcValues(bytes: Uint8Array, header: MrcHeader): Float32Array {
  const { mode, littleEndian, unsignedBytes } = header;
  const { buffer, byteOffset } = bytes;
  const width = mode === 0 ? 1 : mode === 2 || mode === 4 ? 4 : 2;
  if (!littleEndian) swapBytes(bytes, width);
  const length = bytes.length / width;
  switch (mode) {
    case 0:
      return Float32Array.from(unsignedBytes ? bytes : new Int8Array(buffer, byteOffset, length));
    case 1:
      return Float32Array.from(new Int16Array(buffer, byteOffset, length));
    case 2:
    case 4:
      return new Float32Array(buffer, byteOffset, length);
    case 6:
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length));
    default:
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length), float16ToFloat32);
  }
}

/** Values in the file's order of axes, in z, y, x; the two parts of a complex value stay together. */
export function inAxisOrder(values: Float32Array, fileShape: readonly number[], header: MrcHeader): Float32Array {
  const { axes, mode } = header;
  if (axes.every((axis, i) => axis === i)) return values;
  const ordered = new Float32Array(values.length);
  if (mode === 4) transpose(values, [...fileShape, 2], [...axes, 3], ordered);
  else transpose(values, fileShape, axes, ordered);
  return ordered;
}

/** The shape of values with this header: z, y, x, and a last axis of two for the parts of complex ones. */
export function valueShape(shape: readonly number[], { mode }: MrcHeader): number[] {
  return mode === 4 ? [...shape, 2] : [...shape];
}
