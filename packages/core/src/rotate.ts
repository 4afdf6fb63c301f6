import { checkList } from "./check-argument.js";
import { RotoscopeError } from "./errors.js";
import { type NdArray, ndarray } from "./ndarray.js";
import { float32Array, shapeOf } from "./nested-array.js";

/**
 * `array` rotated about its centre by linear interpolation: out(x) = array(R (x - c) + c), c = (shape - 1) / 2, zero outside [0, n - 1].
 *
 * `array` is 3-D (axes z, y, x); `matrix` is 3 x 3, or 2 x 2 for an array with one z plane, row-major, array axis order. The arithmetic is
 * float64, the outcome float32. Same values as scipy's `affine_transform` of order 1 with mode `constant`.
 * Throws a `RotoscopeError`: `shape` for other sizes, `argument` for what is no array.
 */
export function rotate(array: NdArray<Float32Array>, matrix: Float32Array): NdArray<Float32Array> {
  const { data, shape } = float32Array(array, shapeOf(array, "array"), "array");
  const [depth, height, width] = shape as readonly [number, number, number];
  if (shape.length !== 3) throw new RotoscopeError("shape", `array: shape [${shape}], expected 3 axes`);
  const [m00, m01, m02, m10, m11, m12, m20, m21, m22] = spatialMatrix(matrix, depth);
  const out = new Float32Array(data.length);
  const [cz, cy, cx] = [(depth - 1) / 2, (height - 1) / 2, (width - 1) / 2];
  let at = 0;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        const [dz, dy, dx] = [z - cz, y - cy, x - cx];
        const sz = m00 * dz + m01 * dy + m02 * dx + cz;
        const sy = m10 * dz + m11 * dy + m12 * dx + cy;
        const sx = m20 * dz + m21 * dy + m22 * dx + cx;
        if (sz < 0 || sy < 0 || sx < 0 || sz > depth - 1 || sy > height - 1 || sx > width - 1) continue;
        const [z0, y0, x0] = [Math.floor(sz), Math.floor(sy), Math.floor(sx)];
        const [fz, fy, fx] = [sz - z0, sy - y0, sx - x0];
        const corner = (z0 * height + y0) * width + x0;
        const right = fx > 0 ? 1 : 0;
        const down = fy > 0 ? width : 0;
        const deep = fz > 0 ? height * width : 0;
        const near = plane(data, corner, right, down, fx, fy);
        out[at] = deep === 0 ? near : near * (1 - fz) + plane(data, corner + deep, right, down, fx, fy) * fz;
      }
  return ndarray(out, shape);
}

function plane(data: Float32Array, corner: number, right: number, down: number, fx: number, fy: number): number {
  const top = data[corner]! * (1 - fx) + data[corner + right]! * fx;
  const bottom = data[corner + down]! * (1 - fx) + data[corner + down + right]! * fx;
  return top * (1 - fy) + bottom * fy;
}

/** Nine elements of a 3 x 3 matrix, row-major. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

/** A 3 x 3 matrix as it is; a 2 x 2 one with z fixed, for arrays with one z plane. */
export function spatialMatrix(matrix: Float32Array, depth: number): Matrix3 {
  checkList("matrix", matrix, "3 x 3 numbers");
  if (matrix.length === 9) return Array.from(matrix) as unknown as Matrix3;
  if (matrix.length === 4 && depth === 1) return [1, 0, 0, 0, matrix[0]!, matrix[1]!, 0, matrix[2]!, matrix[3]!];
  throw new RotoscopeError("shape", `matrix: ${matrix.length} elements, expected 9 (or 4 for a single z plane)`);
}
