import { checkList } from "./check-argument.js";
import { RotoscopeError } from "./errors.js";

/**
 * An n-dimensional array in C order: slowest axis first (z, y, x), strides counted in elements.
 *
 * A plain object, so that it passes through workers, comms and Arrow as it is.
 */
export interface NdArray<Data> {
  readonly data: Data;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

/** Wraps `data` as a C-order array of `shape`. Throws a `RotoscopeError`: `shape` when the sizes differ, `argument` for what is no list. */
export function ndarray<Data extends { readonly length: number }>(data: Data, shape: readonly number[]): NdArray<Data> {
  checkList("data", data, "numbers");
  checkList("shape", shape, "integers");
  const size = sizeOf(shape);
  if (data.length !== size)
    throw new RotoscopeError("shape", `shape [${shape.join(", ")}] holds ${size} elements, data has ${data.length}`);
  return { data, shape: [...shape], stride: stridesOf(shape) };
}

/** The number of elements of an array of `shape`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** C-order strides, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) stride[axis] = (stride[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return stride;
}
