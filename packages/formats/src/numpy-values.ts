import { RotoscopeError, sizeOf } from "@rotoscope/core";
import { swapBytes } from "./byte-order.js";
import { float16ToFloat32 } from "./float16.js";
import type { NumpyArray, PickleValue } from "./pickle-values.js";
import { StoredBytes } from "./stored-bytes.js";

type Values =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

type Reader = (buffer: ArrayBufferLike, offset: number, length: number) => Values;

const READERS = new Map<string, Reader>([
  ["f4", (buffer, offset, length) => new Float32Array(buffer, offset, length)],
  ["f8", (buffer, offset, length) => new Float64Array(buffer, offset, length)],
  ["f2", (buffer, offset, length) => Float32Array.from(new Uint16Array(buffer, offset, length), float16ToFloat32)],
  ["i1", (buffer, offset, length) => new Int8Array(buffer, offset, length)],
  ["u1", (buffer, offset, length) => new Uint8Array(buffer, offset, length)],
  ["b1", (buffer, offset, length) => new Uint8Array(buffer, offset, length)],
  ["i2", (buffer, offset, length) => new Int16Array(buffer, offset, length)],
  ["u2", (buffer, offset, length) => new Uint16Array(buffer, offset, length)],
  ["i4", (buffer, offset, length) => new Int32Array(buffer, offset, length)],
  ["u4", (buffer, offset, length) => new Uint32Array(buffer, offset, length)],
  ["i8", (buffer, offset, length) => new BigInt64Array(buffer, offset, length)],
  ["u8", (buffer, offset, length) => new BigUint64Array(buffer, offset, length)],
]);

/**
 * The values of a NumPy array as they lie in memory, of its own type where JavaScript has it (float16 as float32).
 * `what` stands in the messages of errors. Throws a `RotoscopeError`: `unsupported` for other types, `file` when bytes and shape don't fit.
 */
export function numpyValues(array: NumpyArray, what: string): Values {
  const { read, width, length } = checkBytes(array, what);
  const { dtype, bytes } = array;
  if (!(bytes instanceof Uint8Array))
    throw new RotoscopeError("file", `${what}: an array of shape (${array.shape.join(", ")}), far too large for it`);
  const aligned = bytes.byteOffset % width === 0 && dtype.littleEndian ? bytes : new Uint8Array(bytes);
  if (!dtype.littleEndian) swapBytes(aligned, width);
  return read(aligned.buffer, aligned.byteOffset, length);
}

/** How a NumPy array's bytes are read. Throws as `numpyValues` does. */
export function checkBytes(
  { dtype, shape, bytes }: NumpyArray,
  what: string,
): { readonly read: Reader; readonly width: number; readonly length: number } {
  const read = READERS.get(dtype.code);
  if (!read) throw new RotoscopeError("unsupported", `${what}: dtype ${dtype.code} isn't a number`);
  const width = Number(dtype.code.slice(1));
  const length = sizeOf(shape);
  if (bytes.length !== length * width)
    throw new RotoscopeError(
      "file",
      `${what}: ${bytes.length} bytes, but shape (${shape.join(", ")}) of ${dtype.code} needs ${length * width}`,
    );
  return { read, width, length };
}

/** The numbers of a small array, such as an offset. */
export function numpyNumbers(array: NumpyArray, what: string): number[] {
  return Array.from(numpyValues(array, what) as ArrayLike<number | bigint>, Number);
}

/** The values as float32 or int32, as they lie in memory. Throws as `numpyValues` does. */
export function numpyMap<Kind extends "f4" | "i4">(
  array: NumpyArray,
  kind: Kind,
  what: string,
): Kind extends "f4" ? Float32Array : Int32Array {
  const values = numpyValues(array, what);
  const numbers = values as ArrayLike<number>;
  const map =
    kind === "f4"
      ? values instanceof Float32Array
        ? values
        : Float32Array.from(numbers, Number)
      : values instanceof Int32Array
        ? values
        : Int32Array.from(numbers, Number);
  return map as Kind extends "f4" ? Float32Array : Int32Array;
}

/** How many values a plain object is made of at most; a few bytes of a pickle can stand for exponentially many. */
const MOST_ENTRIES = 10_000;

/** A value as plain JSON: arrays of numbers become lists, objects their fields, what has no JSON its text. */
export function plainJson(value: PickleValue): unknown {
  let entries = 0;
  const plain = (entry: PickleValue, depth: number): unknown => {
    if (++entries > MOST_ENTRIES || depth > 16) return "…";
    if (entry === null || typeof entry === "boolean" || typeof entry === "string") return entry;
    if (typeof entry === "number") return Number.isFinite(entry) ? entry : String(entry);
    if (typeof entry === "bigint") return String(entry);
    if (entry instanceof Uint8Array || entry instanceof StoredBytes) return `${entry.length} bytes`;
    if (Array.isArray(entry)) return entry.slice(0, MOST_ENTRIES).map((item) => plain(item, depth + 1));
    if (entry instanceof Set) return [...entry].map((item) => plain(item, depth + 1));
    if (entry instanceof Map) return fieldsOf(entry, depth);
    if ("fields" in entry) return fieldsOf(entry.fields, depth);
    if ("bytes" in entry) return arrayJson(entry);
    return "name" in entry ? entry.name : entry.code;
  };
  const fieldsOf = (map: ReadonlyMap<PickleValue, PickleValue>, depth: number): Record<string, unknown> =>
    Object.fromEntries([...map].map(([key, item]) => [String(key), plain(item, depth + 1)]));
  return plain(value, 0);
}

function arrayJson(array: NumpyArray): unknown {
  if (sizeOf(array.shape) > 64 || !READERS.has(array.dtype.code)) return `array of shape (${array.shape.join(", ")})`;
  const numbers = numpyNumbers(array, "array");
  return array.shape.length === 0 ? numbers[0] : numbers;
}
