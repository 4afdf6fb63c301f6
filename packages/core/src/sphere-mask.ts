import { RotoscopeError } from "./errors.js";
import { type NdArray, ndarray, sizeOf } from "./ndarray.js";
import { checkShape } from "./nested-array.js";

/**
 * A sphere of ones (a disc for a single z plane) about the centre (shape - 1) / 2 of an array of `shape`, zeros outside; float32.
 *
 * A voxel is inside when its distance from the centre is at most `radius`, in voxels. The default is the sphere inscribed in the box of voxel centres: any
 * rotation of it stays inside. Throws a `RotoscopeError` (`argument`) for a radius that is not over 0 and for what is no shape.
 */
export function sphereMask(shape: readonly number[], radius?: number): NdArray<Float32Array> {
  const extents = checkShape(shape).filter((length) => length > 1);
  const r = radius ?? Math.max(0.5, (Math.min(...extents) - 1) / 2);
  if (!(r > 0)) throw new RotoscopeError("argument", `radius: ${radius}, expected over 0`);
  const mask = new Float32Array(sizeOf(shape));
  const squares = shape.map((length) => Float64Array.from({ length }, (_, at) => (at - (length - 1) / 2) ** 2));
  const along = squares.pop() ?? Float64Array.of(0);
  for (let from = 0; from < mask.length; from += along.length) {
    let rest = from / along.length;
    let squared = 0;
    for (let axis = squares.length - 1; axis >= 0; axis--) {
      const length = shape[axis]!;
      squared += squares[axis]![rest % length]!;
      rest = Math.floor(rest / length);
    }
    for (let at = 0; at < along.length; at++) mask[from + at] = squared + along[at]! <= r * r ? 1 : 0;
  }
  return ndarray(mask, shape);
}
