import { checkObject } from "./check-argument.js";
import { RotoscopeError } from "./errors.js";
import { matrixKey } from "./matrix-key.js";
import { type ArrayLikeNd, float32Array, shapeOf } from "./nested-array.js";
import { lock, unlock } from "./shared-lock.js";
import { squareMatrix } from "./square-matrix.js";

/** Which rotation has which number, as one thread knows it. */
export interface RotationNumbers {
  /** Matrix of each rotation index seen so far. */
  readonly rotationMapping: Map<number, Float32Array>;
  /** Matrix bytes to rotation index. */
  readonly indexOfMatrix: Map<string, number>;
  /** All threads' numbers, appended as they come: lock, count, then per rotation its index, its matrix's length and elements. Null for one thread's state. */
  readonly sharedRotations: Int32Array | null;
}

const HEAD = 2;
const MOST_ELEMENTS = 16;
const ENTRY = 2 + MOST_ELEMENTS;
const MOST_SHARED = 65_536;

/** No rotation seen yet; `shared` for threads that number together. */
export function rotationNumbers(shared: boolean, most: number = MOST_SHARED): RotationNumbers {
  return {
    rotationMapping: new Map(),
    indexOfMatrix: new Map(),
    sharedRotations: shared ? new Int32Array(new SharedArrayBuffer((HEAD + most * ENTRY) * 4)) : null,
  };
}

/**
 * The number of `matrix`: the one it has when it was seen before (byte-equal), else `index`, else the next free one.
 *
 * With `unique` the matrix is taken for new without a look. Throws a `RotoscopeError` (`argument`) for an index that isn't an integer >= 0 or is another matrix's.
 */
export function numberRotation(
  numbers: RotationNumbers,
  matrix: Float32Array,
  index: number | undefined,
  unique: boolean,
): number {
  const key = unique ? null : matrixKey(matrix);
  const known = key === null ? undefined : numbers.indexOfMatrix.get(key);
  if (known !== undefined) return known;
  if (index !== undefined && (!Number.isInteger(index) || index < 0 || index > 0x7fffffff))
    throw new RotoscopeError("argument", `rotationIndex: ${index}, expected an integer >= 0`);
  const { sharedRotations: table } = numbers;
  if (table === null) return add(numbers, matrix, key, index);
  lock(table, 0);
  try {
    learnRotations(numbers);
    const number = add(numbers, matrix, key, index);
    if (numbers.rotationMapping.size > table[1]!) append(table, number, matrix);
    return number;
  } finally {
    unlock(table, 0);
  }
}

/** Takes over what other threads have numbered since. */
export function learnRotations({ rotationMapping, indexOfMatrix, sharedRotations: table }: RotationNumbers): void {
  if (table === null) return;
  for (let entry = rotationMapping.size; entry < Atomics.load(table, 1); entry++) {
    const at = HEAD + entry * ENTRY;
    const matrix = new Float32Array(table.slice(at + 2, at + 2 + table[at + 1]!).buffer);
    rotationMapping.set(table[at]!, matrix);
    const key = matrixKey(matrix);
    if (!indexOfMatrix.has(key)) indexOfMatrix.set(key, table[at]!);
  }
}

function add(
  { rotationMapping, indexOfMatrix }: RotationNumbers,
  matrix: Float32Array,
  key: string | null,
  index: number | undefined,
): number {
  const known = key === null ? undefined : indexOfMatrix.get(key);
  if (known !== undefined) return known;
  let number = index ?? rotationMapping.size;
  if (index === undefined) while (rotationMapping.has(number)) number++;
  else if (rotationMapping.has(index)) {
    if (matrixKey(rotationMapping.get(index)!) === matrixKey(matrix)) return index;
    throw new RotoscopeError("argument", `rotationIndex: ${index} is another matrix already`);
  }
  rotationMapping.set(number, matrix.slice());
  if (key !== null) indexOfMatrix.set(key, number);
  return number;
}

function append(table: Int32Array, index: number, matrix: Float32Array): void {
  const count = table[1]!;
  const at = HEAD + count * ENTRY;
  if (matrix.length > MOST_ELEMENTS)
    throw new RotoscopeError(
      "argument",
      `rotationMatrix: ${matrix.length} elements, a shared state takes ${MOST_ELEMENTS} at most`,
    );
  if (at + ENTRY > table.length)
    throw new RotoscopeError(
      "argument",
      `rotations: more than ${count} in a shared state; give them all as the option rotations`,
    );
  table[at] = index;
  table[at + 1] = matrix.length;
  table.set(new Int32Array(matrix.slice().buffer), at + 2);
  Atomics.store(table, 1, count + 1);
}

/** Which rotation an update is of. */
export interface RotationUpdate {
  /** d x d, row-major, array axis order, target to template. Needed unless the analyzer has the list and `rotationIndex` is given. */
  readonly rotationMatrix?: ArrayLikeNd | Float32Array;
  /** Position in the caller's list of rotations. Default: numbered by first appearance of the matrix. */
  readonly rotationIndex?: number;
}

/** Throws a `RotoscopeError` (`argument`) for what is no update at all. */
export function checkUpdate(update: object): void {
  checkObject("update", update, "scores and their rotation");
}

/** The matrix of an update and the index it asks for, from the list where there is one. Throws a `RotoscopeError` that names what is missing or wrong. */
export function chooseRotation(
  list: RotationList | null,
  { rotationMatrix, rotationIndex }: RotationUpdate,
): { readonly matrix: Float32Array; readonly index: number | undefined } {
  if (list === null) {
    if (rotationMatrix === undefined)
      throw new RotoscopeError("argument", "rotationMatrix: missing, and the analyzer was given no list of rotations");
    return { matrix: squareMatrix(rotationMatrix), index: rotationIndex };
  }
  const asked = rotationIndex ?? indexInList(list, rotationMatrix);
  const index = list.firstEqual[asked];
  if (index === undefined)
    throw new RotoscopeError(
      "argument",
      `rotationIndex: ${asked}, expected an integer from 0 to ${list.matrices.length - 1}`,
    );
  return { matrix: list.matrices[index]!, index };
}

function indexInList(list: RotationList, rotationMatrix: RotationUpdate["rotationMatrix"]): number {
  if (rotationMatrix === undefined)
    throw new RotoscopeError("argument", "rotationIndex: missing, and rotationMatrix too");
  const index = list.indexOfMatrix.get(matrixKey(squareMatrix(rotationMatrix)));
  if (index === undefined)
    throw new RotoscopeError("argument", `rotationMatrix: is none of the ${list.matrices.length} rotations`);
  return index;
}

/** The rotations of a run, known from the start. */
export interface RotationList {
  readonly matrices: readonly Float32Array[];
  /** Per rotation the first one with the same bytes. */
  readonly firstEqual: Int32Array;
  readonly indexOfMatrix: ReadonlyMap<string, number>;
}

/** Takes apart n x d x d. Throws a `RotoscopeError` (`shape`) for another shape. */
export function rotationList(rotations: ArrayLikeNd): RotationList {
  const shape = shapeOf(rotations, "rotations");
  const [count = 0, d = 0, columns] = shape;
  if (shape.length !== 3 || count === 0 || d === 0 || d !== columns)
    throw new RotoscopeError("shape", `rotations: shape [${shape.join(", ")}], expected [n, d, d]`);
  const { data } = float32Array(rotations, shape, "rotations");
  const matrices = Array.from({ length: count }, (_, index) => data.slice(index * d * d, (index + 1) * d * d));
  const indexOfMatrix = new Map<string, number>();
  const firstEqual = Int32Array.from(matrices, (matrix, index) => {
    const key = matrixKey(matrix);
    if (!indexOfMatrix.has(key)) indexOfMatrix.set(key, index);
    return indexOfMatrix.get(key)!;
  });
  return { matrices, firstEqual, indexOfMatrix };
}
