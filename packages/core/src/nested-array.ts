import { RotoscopeError } from "./errors.js";
import { type NdArray, ndarray, sizeOf, stridesOf } from "./ndarray.js";
import { StoredArray } from "./stored-array.js";

/** Numbers as a notebook user types them: plain nested arrays, or an `NdArray`. */
export type ArrayLikeNd = NdArray<ArrayLike<number>> | NestedNumbers;
/** Arrays of arrays of ... numbers, all of one length at each depth. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/**
 * Takes `value` as a contiguous float32 array of `shape` in C order; a float32 `NdArray` in C order is taken as it is, anything else copied.
 *
 * Throws a `RotoscopeError` that names `name`: `shape` with both shapes when they differ or the nesting is ragged, `argument` for what isn't numbers.
 */
export function float32Array(value: ArrayLikeNd, shape: readonly number[], name: string): NdArray<Float32Array> {
  if (typeof value !== "object" || value === null)
    throw new RotoscopeError("argument", `${name}: ${value}, expected an array of shape [${shape.join(", ")}]`);
  const given = shapeOf(value, name);
  if (given.length !== shape.length || given.some((length, axis) => length !== shape[axis]))
    throw new RotoscopeError("shape", `${name}: shape [${given.join(", ")}], expected [${shape.join(", ")}]`);
  if (value instanceof StoredArray) return value;
  return "data" in value ? contiguous(value, name) : nested(value, shape, name);
}

/** The shape of an array as typed in; of nested arrays along their first elements. Throws a `RotoscopeError` (`argument`) that names `name` for what is no array. */
export function shapeOf(value: ArrayLikeNd, name: string): readonly number[] {
  if (typeof value !== "object" || value === null)
    throw new RotoscopeError("argument", `${name}: ${value}, expected an array`);
  if (value instanceof StoredArray) return value.shape;
  if ("data" in value) return checkParts(value, name).shape;
  const shape: number[] = [];
  for (let level: unknown = value; isList(level); level = level[0]) shape.push(level.length);
  return shape;
}

function checkParts(value: NdArray<ArrayLike<number>>, name: string): NdArray<ArrayLike<number>> {
  const { data, shape, stride = shape } = value;
  if (!isList(data)) throw new RotoscopeError("argument", `${name}: data: ${data}, expected numbers`);
  for (const [part, list] of Object.entries({ shape, stride }))
    if (
      !Array.isArray(list) ||
      list.length !== shape.length ||
      list.some((entry) => !Number.isInteger(entry) || entry < 0)
    )
      throw new RotoscopeError(
        "argument",
        `${name}: ${part}: ${Array.isArray(list) ? `[${list}]` : list}, expected integers >= 0, one per axis`,
      );
  return value;
}

/** Takes a shape of positive integers, copied. Throws a `RotoscopeError` (`argument`) that names it. */
export function checkShape(shape: readonly number[]): readonly number[] {
  if (!Array.isArray(shape) || shape.length === 0 || shape.some((length) => !Number.isInteger(length) || length <= 0))
    throw new RotoscopeError(
      "argument",
      `shape: ${Array.isArray(shape) ? `[${shape.join(", ")}]` : String(shape)}, expected positive integers`,
    );
  return [...shape];
}

function contiguous({ data, shape, stride }: NdArray<ArrayLike<number>>, name: string): NdArray<Float32Array> {
  const size = sizeOf(shape);
  const plain = stridesOf(shape);
  const inOrder = stride === undefined || plain.every((step, axis) => step === stride[axis] || shape[axis] === 1);
  const needed = inOrder ? size : 1 + shape.reduce((last, length, axis) => last + (length - 1) * stride[axis]!, 0);
  if (inOrder ? data.length !== size : data.length < needed)
    throw new RotoscopeError("shape", `${name}: ${data.length} elements, shape [${shape.join(", ")}] needs ${needed}`);
  if (inOrder && data instanceof Float32Array) return { data, shape, stride: plain };
  if (size > 0 && typeof data[0] !== "number")
    throw new RotoscopeError("argument", `${name}: holds a ${typeof data[0]} (${data[0]}), expected float32 numbers`);
  const values = new Float32Array(size);
  for (let voxel = 0; voxel < size; voxel++) {
    let at = voxel;
    if (!inOrder) {
      at = 0;
      for (let axis = 0; axis < shape.length; axis++)
        at += (Math.floor(voxel / plain[axis]!) % shape[axis]!) * stride[axis]!;
    }
    values[voxel] = data[at]!;
  }
  return ndarray(values, shape);
}

function nested(value: NestedNumbers, shape: readonly number[], name: string): NdArray<Float32Array> {
  const data = new Float32Array(sizeOf(shape));
  fill(data, 0, value, shape, 0, name);
  return ndarray(data, shape);
}

function fill(
  data: Float32Array,
  at: number,
  value: NestedNumbers,
  shape: readonly number[],
  axis: number,
  name: string,
): number {
  if (value.length !== shape[axis])
    throw new RotoscopeError("shape", `${name}: ${value.length} elements along axis ${axis}, expected ${shape[axis]}`);
  const last = axis === shape.length - 1;
  let next = at;
  for (const element of value) {
    if (last === isList(element)) throw new RotoscopeError("shape", `${name}: uneven nesting at axis ${axis}`);
    if (!last) next = fill(data, next, element as NestedNumbers, shape, axis + 1, name);
    else if (typeof element === "number") data[next++] = element;
    else throw new RotoscopeError("argument", `${name}: holds a ${typeof element} (${element}), expected numbers`);
  }
  return next;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
