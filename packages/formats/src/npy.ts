import { type NdArray, ndarray, RotoscopeError, sizeOf } from "@rotoscope/core";
import { swapBytes } from "./byte-order.js";
import { checkBytes } from "./check-argument.js";
import { float16ToFloat32 } from "./float16.js";
import { transpose } from "./transpose.js";

const MAGIC = "\x93NUMPY";

/** NumPy's type codes without the byte order. */
const DECODERS = new Map<string, (buffer: ArrayBuffer) => Float32Array | Float64Array>([
  ["f4", (buffer) => new Float32Array(buffer)],
  ["f2", (buffer) => Float32Array.from(new Uint16Array(buffer), float16ToFloat32)],
  ["f8", (buffer) => new Float64Array(buffer)],
  ["b1", (buffer) => Float64Array.from(new Uint8Array(buffer))],
  ["i1", (buffer) => Float64Array.from(new Int8Array(buffer))],
  ["u1", (buffer) => Float64Array.from(new Uint8Array(buffer))],
  ["i2", (buffer) => Float64Array.from(new Int16Array(buffer))],
  ["u2", (buffer) => Float64Array.from(new Uint16Array(buffer))],
  ["i4", (buffer) => Float64Array.from(new Int32Array(buffer))],
  ["u4", (buffer) => Float64Array.from(new Uint32Array(buffer))],
  ["i8", (buffer) => Float64Array.from(new BigInt64Array(buffer), Number)],
  ["u8", (buffer) => Float64Array.from(new BigUint64Array(buffer), Number)],
]);

/**
 * Reads a NumPy .npy file of real numbers in either byte and memory order (NumPy format 1.0 to 3.0); it executes nothing.
 *
 * float32 and float16 come as float32, all else as float64, in C order; 64-bit integers past 2^53 are rounded. `name` stands in the
 * messages of errors. Throws a `RotoscopeError`: `file` for damage, `unsupported` for other types, such as Python objects.
 */
export function readNpy(bytes: Uint8Array, name = "NPY data"): NdArray<Float32Array | Float64Array> {
  checkBytes(bytes);
  const ascii = (start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end));
  if (ascii(0, 6) !== MAGIC) throw new RotoscopeError("file", `${name}: not an .npy file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6] !== 1;
  const start = long ? 12 : 10;
  const headerLength = bytes.length < start ? -1 : long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (headerLength < 0 || headerLength > 65_535 || start + headerLength > bytes.length)
    throw new RotoscopeError("file", `${name}: a header of ${headerLength} bytes in a file of ${bytes.length}`);
  const header = ascii(start, start + headerLength);

  const descr = /'descr': *'([<>|=]?)([a-zA-Z]\d+)'/.exec(header);
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const shapeText = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  const decode = DECODERS.get(descr?.[2] ?? "");
  if (!descr || !decode || order === undefined || shapeText === undefined)
    throw new RotoscopeError("unsupported", `${name}: the header is ${header.trim().slice(0, 200)}`);
  const shape = shapeText
    .split(",")
    .filter((length) => length.trim() !== "")
    .map(Number);
  const itemSize = Number(descr[2]!.slice(1));
  const body = new Uint8Array(bytes.subarray(start + headerLength));
  if (body.length !== sizeOf(shape) * itemSize)
    throw new RotoscopeError(
      "file",
      `${name}: ${body.length} bytes of values, but shape (${shapeText}) of ${descr[2]} needs ${sizeOf(shape) * itemSize}`,
    );
  if (descr[1] === ">") swapBytes(body, itemSize);
  const values = decode(body.buffer);
  if (order === "False") return ndarray(values, shape);
  const cOrder = values.slice();
  const axes = shape.map((_, axis) => shape.length - 1 - axis);
  transpose(values, [...shape].reverse(), axes, cOrder);
  return ndarray(cOrder, shape);
}
