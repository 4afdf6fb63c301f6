import { RotoscopeError } from "./errors.js";
import { type NdArray, ndarray, sizeOf } from "./ndarray.js";

/** Numbers as a notebook user types them: plain nested arrays, or an `NdArray`. */
export type ArrayLikeNd = NdArray<ArrayLike<number>> | NestedNumbers;
/** Arrays of arrays of ... numbers, all of one length at each depth. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/**
 * Takes `value` as a contiguous float32 array of `shape`.
 *
 * Throws a `RotoscopeError` (`shape`) that names `name` and both shapes when they differ or the nesting is ragged.
 */
export function float32Array(value: ArrayLikeNd, shape: readonly number[], name: string): NdArray<Float32Array> {
  const given = "data" in value ? value.shape : nestedShape(value);
  if (given.length !== shape.length || given.some((length, axis) => length !== shape[axis]))
    throw new RotoscopeError("shape", `${name}: shape [${given.join(", ")}], expected [${shape.join(", ")}]`);
  if ("data" in value) {
    const size = sizeOf(shape);
    if (value.data.length !== size)
      throw new RotoscopeError(
        "shape",
        `${name}: ${value.data.length} elements, shape [${shape.join(", ")}] needs ${size}`,
      );
    return value.data instanceof Float32Array
      ? (value as NdArray<Float32Array>)
      : ndarray(Float32Array.from(value.data), shape);
  }
  const data = new Float32Array(sizeOf(shape));
  const end = fill(data, 0, value, shape, 0, name);
  return ndarray(data.subarray(0, end), shape);
}

function nestedShape(value: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: number | NestedNumbers | undefined = value; Array.isArray(level); level = level[0])
    shape.push(level.length);
  return shape;
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
  let next = at;
  for (const element of value) {
    const last = axis === shape.length - 1;
    if (last !== (typeof element === "number"))
      throw new RotoscopeError("shape", `${name}: uneven nesting at axis ${axis}`);
    if (typeof element === "number") data[next++] = element;
    else next = fill(data, next, element, shape, axis + 1, name);
  }
  return next;
}
