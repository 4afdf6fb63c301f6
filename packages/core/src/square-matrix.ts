import { RotoscopeError } from "./errors.js";
import { type ArrayLikeNd, float32Array } from "./nested-array.js";

/** Takes `value` as a d x d matrix, flat and row-major. Throws a `RotoscopeError` (`shape`) for anything else. */
export function squareMatrix(value: ArrayLikeNd | Float32Array): Float32Array {
  if (value instanceof Float32Array) {
    if (!Number.isInteger(Math.sqrt(value.length)) || value.length === 0)
      throw new RotoscopeError("shape", `rotationMatrix: ${value.length} elements, expected d x d`);
    return value;
  }
  if (typeof value !== "object" || value === null)
    throw new RotoscopeError("shape", `rotationMatrix: ${String(value)}, expected d x d`);
  const rows = "data" in value ? (value.shape[0] ?? 0) : value.length;
  const { data } = float32Array(value, [rows, rows], "rotationMatrix");
  if (data.length === 0) throw new RotoscopeError("shape", "rotationMatrix: 0 elements, expected d x d");
  return data;
}
