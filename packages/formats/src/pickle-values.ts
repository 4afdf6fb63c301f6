import { RotoscopeError } from "@rotoscope/core";
import { StoredBytes } from "./stored-bytes.js";

/** A name of Python's that a pickle asks for, such as numpy.dtype; nothing is ever imported or called by it. */
export class PythonGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A NumPy data type. */
export class NumpyDtype {
  /** NumPy's code without the byte order, such as f4. */
  code: string;
  littleEndian = true;
  constructor(code: string) {
    this.code = code;
  }
}

/** A NumPy array, its values still as bytes. */
export class NumpyArray {
  dtype: NumpyDtype = new NumpyDtype("u1");
  shape: readonly number[] = [0];
  fortranOrder = false;
  bytes: Uint8Array | StoredBytes = new Uint8Array(0);
}

/** An `argparse.Namespace`, or what else has named fields only. */
export class PythonObject {
  readonly type: string;
  readonly fields: Map<string, PickleValue> = new Map();
  constructor(type: string) {
    this.type = type;
  }
}

/** What a pickle holds: None is null, tuples and lists are arrays, dictionaries are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | StoredBytes
  | PickleValue[]
  | Set<PickleValue>
  | Map<PickleValue, PickleValue>
  | PythonGlobal
  | PythonObject
  | NumpyDtype
  | NumpyArray;

const TYPES = new Set([
  "numpy.ndarray",
  "numpy.memmap",
  "builtins.object",
  "argparse.Namespace",
  "collections.OrderedDict",
  "pathlib.PosixPath",
  "pathlib.PurePosixPath",
  "pathlib.WindowsPath",
  "pathlib.PureWindowsPath",
  "pathlib._local.PosixPath",
]);

type Constructor = (args: readonly PickleValue[], fail: (why: string) => never) => PickleValue;

/** All that a pickle may call: makers of arrays, numbers and plain containers. */
const CONSTRUCTORS: ReadonlyMap<string, Constructor> = new Map<string, Constructor>([
  ["numpy.dtype", ([code], fail) => new NumpyDtype(typeof code === "string" ? code : fail(`a dtype of ${kind(code)}`))],
  ["numpy.multiarray._reconstruct", () => new NumpyArray()],
  ["numpy.multiarray.scalar", ([dtype, bytes], fail) => scalar(dtype, bytes, fail)],
  ["numpy.numeric._frombuffer", ([bytes, dtype, shape, order], fail) => fromBuffer(bytes, dtype, shape, order, fail)],
  ["_codecs.encode", ([text], fail) => (typeof text === "string" ? latin1(text, fail) : fail(`encodes ${kind(text)}`))],
  ["copyreg._reconstructor", ([type], fail) => instance(type, fail)],
  ["argparse.Namespace", () => new PythonObject("argparse.Namespace")],
  ["collections.OrderedDict", ([pairs]) => toMap(pairs)],
  ["builtins.set", ([items]) => new Set(Array.isArray(items) ? items : [])],
  ["builtins.frozenset", ([items]) => new Set(Array.isArray(items) ? items : [])],
  ["builtins.list", ([items]) => (Array.isArray(items) ? [...items] : [])],
  ["builtins.dict", ([pairs]) => toMap(pairs)],
  ["builtins.bytes", ([bytes]) => (bytes instanceof Uint8Array ? bytes : new Uint8Array(0))],
  ["builtins.bytearray", ([bytes]) => (bytes instanceof Uint8Array ? bytes : new Uint8Array(0))],
  ["builtins.complex", ([real, imaginary]) => [real ?? 0, imaginary ?? 0]],
  ["builtins.slice", (args) => [...args]],
  [
    "pathlib.path",
    (parts) =>
      parts
        .filter((part) => typeof part === "string")
        .join("/")
        .replace(/^\/\//, "/"),
  ],
]);

/** Python's and NumPy's other names for the same. */
function canonical(module: string, name: string): string {
  const place = module
    .replace(/^__builtin__$/, "builtins")
    .replace(/^copy_reg$/, "copyreg")
    .replace(/^numpy\._?core\./, "numpy.");
  return `${place}.${name}`;
}

/** The global of that name, if it is one of the few that results need. Throws a `RotoscopeError` (`unsupported`) that names it. */
export function globalNamed(module: string, name: string, file: string, position: number): PythonGlobal {
  const found = canonical(module, name);
  if (CONSTRUCTORS.has(found) || TYPES.has(found)) return new PythonGlobal(found);
  throw new RotoscopeError(
    "unsupported",
    `${file}: the pickle asks for ${printable(module)}.${printable(name)} at byte ${position}, which isn't among what a result needs; nothing was run`,
  );
}

/** What calling `global` gives. */
export function construct(global: PickleValue, args: PickleValue, fail: (why: string) => never): PickleValue {
  if (!(global instanceof PythonGlobal)) return fail(`calls ${kind(global)}`);
  const name = global.name.startsWith("pathlib.") ? "pathlib.path" : global.name;
  const make = CONSTRUCTORS.get(name);
  if (!make) return fail(`calls ${global.name}`);
  return make(Array.isArray(args) ? args : fail(`calls ${global.name} with ${kind(args)}`), fail);
}

/** A new object of a class, before `setState`. */
export function instance(type: PickleValue | undefined, fail: (why: string) => never): PickleValue {
  if (!(type instanceof PythonGlobal)) return fail(`makes an object of ${kind(type)}`);
  if (type.name === "argparse.Namespace") return new PythonObject(type.name);
  if (type.name === "numpy.ndarray" || type.name === "numpy.memmap") return new NumpyArray();
  if (type.name === "collections.OrderedDict") return new Map();
  return fail(`makes an object of ${type.name}`);
}

/** Python's `__setstate__` of the few that have one. */
export function setState(target: PickleValue, state: PickleValue, fail: (why: string) => never): void {
  if (target instanceof NumpyDtype) {
    if (!Array.isArray(state) || state[3] != null) fail(`dtype ${target.code} with a state of ${kind(state)}`);
    else target.littleEndian = state[1] !== ">";
  } else if (target instanceof NumpyArray) {
    const [, shape, dtype, fortranOrder, bytes] = Array.isArray(state) ? state : [];
    target.shape = shapeOf(shape, fail);
    target.dtype = dtype instanceof NumpyDtype ? dtype : fail(`an array of ${kind(dtype)}`);
    target.fortranOrder = fortranOrder === true;
    target.bytes = isBytes(bytes) ? bytes : new Uint8Array(0);
  } else if (target instanceof PythonObject) {
    const fields = Array.isArray(state) ? (state[0] ?? state[1]) : state;
    if (!(fields instanceof Map)) fail(`${target.type} with ${kind(fields)}`);
    else for (const [key, value] of fields) target.fields.set(String(key), value);
  } else fail(`sets the state of ${kind(target)}`);
}

/** What kind of thing a value is, for messages. */
export function kind(value: PickleValue | undefined): string {
  if (value === null || value === undefined) return "None";
  if (value instanceof PythonGlobal) return value.name;
  return typeof value === "object" ? value.constructor.name : typeof value;
}

function fromBuffer(
  bytes: PickleValue | undefined,
  dtype: PickleValue | undefined,
  shape: PickleValue | undefined,
  order: PickleValue | undefined,
  fail: (why: string) => never,
): NumpyArray {
  const array = new NumpyArray();
  array.bytes = isBytes(bytes) ? bytes : fail(`an array from ${kind(bytes)}`);
  array.dtype = dtype instanceof NumpyDtype ? dtype : fail(`an array of ${kind(dtype)}`);
  array.shape = shapeOf(shape, fail);
  array.fortranOrder = order === "F";
  return array;
}

function isBytes(value: PickleValue | undefined): value is Uint8Array | StoredBytes {
  return value instanceof Uint8Array || value instanceof StoredBytes;
}

function shapeOf(shape: PickleValue | undefined, fail: (why: string) => never): number[] {
  const lengths = Array.isArray(shape)
    ? shape
    : typeof shape === "number"
      ? [shape]
      : fail(`a shape of ${kind(shape)}`);
  if (lengths.length > 32) fail(`an array of ${lengths.length} axes`);
  return lengths.map((length) =>
    typeof length === "number" && Number.isSafeInteger(length) && length >= 0
      ? length
      : fail(`an axis of ${String(length)}`),
  );
}

function scalar(
  dtype: PickleValue | undefined,
  bytes: PickleValue | undefined,
  fail: (why: string) => never,
): PickleValue {
  const array = new NumpyArray();
  array.dtype = dtype instanceof NumpyDtype ? dtype : fail(`a number of ${kind(dtype)}`);
  array.bytes = bytes instanceof Uint8Array ? bytes : fail(`a number from ${kind(bytes)}`);
  array.shape = [];
  return array;
}

function toMap(pairs: PickleValue | undefined): Map<PickleValue, PickleValue> {
  const list = Array.isArray(pairs) ? pairs : [];
  return new Map(list.flatMap((pair) => (Array.isArray(pair) ? [[pair[0] ?? null, pair[1] ?? null]] : [])));
}

function latin1(text: string, fail: (why: string) => never): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) fail(`encodes the character ${code} as Latin-1`);
    bytes[i] = code;
  }
  return bytes;
}

function printable(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e]/g, "?");
}
