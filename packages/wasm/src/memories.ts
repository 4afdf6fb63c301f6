import { base64 } from "../dist/analyzer-bytes.js";
import { instantiate } from "./instantiate.js";

/** What assembly/analyzer.ts exports; addresses and counts are int32. */
export interface AnalyzerExports {
  updateMaxima(best: number, rotations: number, scores: number, index: number, count: number): number;
  updateMaximaWithin(
    best: number,
    rotations: number,
    scores: number,
    index: number,
    count: number,
    inside: number,
  ): void;
  sumOfSquares(scores: number, count: number): number;
  maximaBelow(best: number, scores: number, count: number): number;
  improvedVoxels(best: number, scores: number, count: number, first: number, voxels: number, improved: number): number;
  mergeRows(
    best: number,
    places: number,
    stride: number,
    scores: number,
    winners: number,
    rows: number,
    length: number,
    joint: number,
    first: number,
    most: number,
    threshold: number,
  ): number;
  takeJoints(places: number, count: number, joint: number): void;
  withoutNaN(data: number, count: number): void;
  rowMaxima(data: number, rows: number, length: number, size: number, back: number, line: number): void;
  columnMaxima(
    data: number,
    slabs: number,
    length: number,
    wanted: number,
    step: number,
    size: number,
    back: number,
    tile: number,
  ): void;
  equalVoxels(scores: number, highest: number, count: number, first: number, voxels: number): number;
  higherVoxels(scores: number, threshold: number, count: number, first: number, voxels: number): number;
  highestInBox(scores: number, box: number, axes: number): number;
  boxExceeds(scores: number, box: number, axes: number, value: number): number;
  highestOfRows(scores: number, rows: number, length: number, maxima: number): void;
}

/** A memory and the compiled kernels that work on it. */
export interface Place {
  readonly memory: WebAssembly.Memory;
  readonly exports: AnalyzerExports;
}

/** Elements that are copied into a place at a time: they stay in the second-level cache. A piece of the plain `sumOfSquares`. */
export const BLOCK = 32_768;

/** Room for the rotation indices of a merge. */
export const TABLE = 262_144;

const pageBytes = 65_536;
const mostPages = 65_536;

/**
 * Addresses in every place: a block of scores, a block of voxels or rotations, a table whose end takes improved scores, and where free memory starts. Blocks lie off the page's start by a cache
 * line: copies to an array at the same address modulo a page would take five times as long on some processors.
 */
export const at: Readonly<Record<"scores" | "best" | "voxels" | "table" | "improved" | "free", number>> = {
  scores: pageBytes + 64,
  best: pageBytes + 128 + 4 * BLOCK,
  voxels: pageBytes + 192 + 8 * BLOCK,
  table: pageBytes + 256 + 12 * BLOCK,
  improved: 2 * pageBytes + 12 * BLOCK + 4 * (TABLE - BLOCK),
  free: 2 * pageBytes + 12 * BLOCK + 4 * TABLE,
};

/** States from here on get a memory of their own; smaller ones are copied in and out. */
const leastResidentBytes = 1 << 20;

const residents = new WeakMap<ArrayBufferLike, Place>();

/**
 * Zeroed memory for a state, which the kernels then update in place; for small states plain memory, which they copy in and out. Shared memory is plain too:
 * other threads' kernels can't be given a memory of ours.
 */
export function allocate(bytes: number, shared: boolean): Uint8Array {
  if (shared) return new Uint8Array(new SharedArrayBuffer(bytes));
  const fits = at.free + bytes <= mostPages * pageBytes;
  return bytes >= leastResidentBytes && fits ? allocateResident(bytes) : new Uint8Array(bytes);
}

/** Zeroed memory in a place of its own. */
export function allocateResident(bytes: number): Uint8Array {
  const pages = Math.ceil((at.free + bytes) / pageBytes);
  const place = placeOf(new WebAssembly.Memory({ initial: pages, maximum: pages }));
  residents.set(place.memory.buffer, place);
  return new Uint8Array(place.memory.buffer, at.free, bytes);
}

/** The place where all of these arrays lie, or undefined. */
export function residentOf(...arrays: readonly ArrayBufferView[]): Place | undefined {
  const buffer = arrays[0]?.buffer;
  return buffer && arrays.every((array) => array.buffer === buffer) ? residents.get(buffer) : undefined;
}

let shared: Place | undefined;

/** This thread's place for what is copied in and out, with `bytes` of free memory at least; views on it last until the next call. */
export function workspace(bytes = 0): Place {
  const pages = Math.ceil((at.free + bytes) / pageBytes);
  shared ??= placeOf(new WebAssembly.Memory({ initial: pages }));
  const missing = pages - shared.memory.buffer.byteLength / pageBytes;
  if (missing > 0) shared.memory.grow(missing);
  return shared;
}

function placeOf(memory: WebAssembly.Memory): Place {
  return { memory, exports: instantiate<AnalyzerExports>(base64, memory) };
}
