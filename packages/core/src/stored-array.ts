import { RotoscopeError } from "./errors.js";
import { type NdArray, sizeOf, stridesOf } from "./ndarray.js";

/** A place for maps that need not fit into memory, such as a folder of files; `fileBacked` takes one. */
export interface MapStorage {
  /** Space for `byteLength` bytes. */
  create(byteLength: number): StoredBytes;
}

/** Bytes that are read and written in pieces. */
export interface StoredBytes {
  /** Fills `into` with the bytes from `position` on. */
  read(into: Uint8Array, position: number): void;
  /** Replaces the bytes from `position` on. */
  write(from: Uint8Array, position: number): void;
}

type MapData = Float32Array | Int32Array;

/** Elements handled at a time where a map is worked through in pieces. */
const PIECE = 1 << 16;

/**
 * A map of float32 or int32 that lives in a storage and is read in pieces, in C order.
 *
 * It passes for an `NdArray`: `data` reads all of it into memory, for where it fits; the copy is kept as long as it is used and nothing is written.
 */
export class StoredArray<Data extends MapData> implements NdArray<Data> {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly #bytes: StoredBytes;
  readonly #empty: Data;
  #whole: WeakRef<Data> | undefined;

  /** `like` is an array of the map's type; its elements don't matter. */
  constructor(bytes: StoredBytes, shape: readonly number[], like: Data) {
    this.#bytes = bytes;
    this.#empty = like;
    this.shape = [...shape];
    this.stride = stridesOf(shape);
  }

  /** All elements, read into an array; changes to it don't reach the storage. */
  get data(): Data {
    const known = this.#whole?.deref();
    if (known !== undefined) return known;
    const data = this.read(0, sizeOf(this.shape));
    this.#whole = new WeakRef(data);
    return data;
  }

  /** The elements `from` ... `to` - 1 in C order, in a new array. */
  read(from: number, to: number): Data {
    const elements = (
      this.#empty instanceof Float32Array ? new Float32Array(to - from) : new Int32Array(to - from)
    ) as Data;
    this.#bytes.read(new Uint8Array(elements.buffer), from * 4);
    return elements;
  }

  /** Replaces the elements from `from` on. */
  write(from: number, elements: Data): void {
    this.#whole = undefined;
    this.#bytes.write(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength), from * 4);
  }
}

/** A new map of `shape` in `storage`, for a caller that writes all of it; `like` is an array of its type. */
export function storedArray<Data extends MapData>(
  storage: MapStorage,
  shape: readonly number[],
  like: Data,
): StoredArray<Data> {
  return new StoredArray(storage.create(sizeOf(shape) * 4), shape, like);
}

/** Sets all elements of a map. */
export function fillMap<Data extends MapData>(array: NdArray<Data>, value: number): void {
  if (!(array instanceof StoredArray)) {
    array.data.fill(value);
    return;
  }
  const size = sizeOf(array.shape);
  const piece = array.read(0, Math.min(PIECE, size)).fill(value) as Data;
  for (let from = 0; from < size; from += PIECE)
    array.write(from, piece.subarray(0, Math.min(PIECE, size - from)) as Data);
}

/** The elements `from` ... `to` - 1: a view where the map is in memory, a copy where it is stored (`putBack` then writes it). */
export function takeRange<Data extends MapData>(array: NdArray<Data>, from: number, to: number): Data {
  if (array instanceof StoredArray) return array.read(from, to) as Data;
  return array.data.subarray(from, to) as Data;
}

/** `takeRange` for ranges that mostly lie one after the other: reads a stored map a larger piece at a time. What it gives may be overwritten by the next call's. */
export function readAhead<Data extends MapData>(array: NdArray<Data>): (from: number, to: number) => Data {
  if (!(array instanceof StoredArray)) return (from, to) => array.data.subarray(from, to) as Data;
  const size = sizeOf(array.shape);
  let start = 0;
  let piece = array.read(0, 0) as Data;
  return (from, to) => {
    if (from < start || to > start + piece.length) {
      start = from;
      piece = array.read(from, Math.min(size, Math.max(to, from + PIECE))) as Data;
    }
    return piece.subarray(from - start, to - start) as Data;
  };
}

/** Writes elements at `from` ...; into a map in memory or in a storage. */
export function writeRange<Data extends MapData>(array: NdArray<Data>, from: number, elements: Data): void {
  if (array instanceof StoredArray) array.write(from, elements);
  else array.data.set(elements, from);
}

/** Writes what `takeRange` gave back where the map is stored; in memory it is there already. */
export function putBack<Data extends MapData>(array: NdArray<Data>, from: number, elements: Data): void {
  if (array instanceof StoredArray) array.write(from, elements);
}

/** Throws a `RotoscopeError` (`argument`) when `storage` is not one. */
export function checkStorage(storage: MapStorage | undefined): void {
  if (storage !== undefined && typeof storage?.create !== "function")
    throw new RotoscopeError(
      "argument",
      `fileBacked: ${storage}, expected a storage, such as fileBackedStorage(folder)`,
    );
}
