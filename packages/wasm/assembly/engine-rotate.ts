/** Number of planes before a padded volume's first and after its last, so that samples need no test for the edge. */
const BEFORE: i32 = 1;
const AROUND: i32 = 3;

/** Where the voxels of a rotated template go. */
@unmanaged
export class Place {
  depth: i32;
  height: i32;
  width: i32;
  /** Per row (z, y): first x that is wanted and the one after the last, i32. */
  spans: usize;
  /** Byte offsets in the box per z, y and x, i32. */
  offsetsZ: usize;
  offsetsY: usize;
  offsetsX: usize;
}

/** Row (z, y) of a box member. */
// @ts-ignore: decorator
@inline
export function rowOf(place: Place, member: usize, z: i32, y: i32): usize {
  return member + load<i32>(place.offsetsZ + 4 * z) + load<i32>(place.offsetsY + 4 * y);
}

/**
 * Samples a padded volume (float32, a plane before and two after on every axis) at R (x - c) + c for the wanted voxels x; 0 outside [0, n - 1]. `matrix` is 3 x 3 in
 * f64, axes z, y, x. `cubic`: the volume holds coefficients of cubic B-splines; otherwise it is interpolated linearly. Where
 * `masks`, a box member too, is given and 0, nothing is sampled.
 */
export function sample(place: Place, volume: usize, matrix: usize, member: usize, cubic: bool, masks: usize): void {
  const m00 = load<f64>(matrix, 0), m01 = load<f64>(matrix, 8), m02 = load<f64>(matrix, 16);
  const m10 = load<f64>(matrix, 24), m11 = load<f64>(matrix, 32), m12 = load<f64>(matrix, 40);
  const m20 = load<f64>(matrix, 48), m21 = load<f64>(matrix, 56), m22 = load<f64>(matrix, 64);
  const depth = place.depth, height = place.height, width = place.width;
  const cz = <f64>(depth - 1) / 2, cy = <f64>(height - 1) / 2, cx = <f64>(width - 1) / 2;
  const endZ = <f64>(depth - 1), endY = <f64>(height - 1), endX = <f64>(width - 1);
  const row = <usize>(width + AROUND) * 4;
  const plane = row * (height + AROUND);
  const origin = volume + BEFORE * (plane + row + 4);
  const offsetsX = place.offsetsX;
  let span = place.spans;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++, span += 8) {
      const to = rowOf(place, member, z, y);
      const dz = <f64>z - cz, dy = <f64>y - cy;
      const rowZ = m00 * dz + m01 * dy, rowY = m10 * dz + m11 * dy, rowX = m20 * dz + m21 * dy;
      for (let x = load<i32>(span), end = load<i32>(span, 4); x < end; x++) {
        const offset = load<i32>(offsetsX + 4 * x);
        if (masks != 0 && load<f32>(to - member + masks + offset) == 0) {
          store<f32>(to + offset, 0);
          continue;
        }
        const dx = <f64>x - cx;
        const sz = rowZ + m02 * dx + cz, sy = rowY + m12 * dx + cy, sx = rowX + m22 * dx + cx;
        let value: f32 = 0;
        if (sz >= 0 && sy >= 0 && sx >= 0 && sz <= endZ && sy <= endY && sx <= endX) {
          const z0 = <i32>sz, y0 = <i32>sy, x0 = <i32>sx;
          const fz = <f32>(sz - <f64>z0), fy = <f32>(sy - <f64>y0), fx = <f32>(sx - <f64>x0);
          const corner = origin + plane * z0 + row * y0 + 4 * <usize>x0;
          value = cubic ? cubicAt(corner, plane, row, fz, fy, fx) : linearAt(corner, plane, row, fz, fy, fx);
        }
        store<f32>(to + offset, value);
      }
    }
}

// @ts-ignore: decorator
@inline
function linearAt(corner: usize, plane: usize, row: usize, fz: f32, fy: f32, fx: f32): f32 {
  // Lanes: x of the near and of the far plane.
  const top = v128.load64_lane(corner + plane, v128.load64_zero(corner), 1);
  const bottom = v128.load64_lane(corner + plane + row, v128.load64_zero(corner + row), 1);
  const rows = f32x4.add(top, f32x4.mul(f32x4.sub(bottom, top), f32x4.splat(fy)));
  const far = v128.shuffle<i64>(rows, rows, 1, 1);
  const planes = f32x4.add(rows, f32x4.mul(f32x4.sub(far, rows), f32x4.splat(fz)));
  const left = f32x4.extract_lane(planes, 0);
  return left + (f32x4.extract_lane(planes, 1) - left) * fx;
}

/** Weights of four neighbouring B-splines, the second one at `t` or less. */
// @ts-ignore: decorator
@inline
function splines(t: f32): v128 {
  const x = f32x4.splat(t);
  const a = f32x4(<f32>(1.0 / 6.0), <f32>(2.0 / 3.0), <f32>(1.0 / 6.0), 0);
  const b = f32x4(-0.5, 0, 0.5, 0);
  const c = f32x4(0.5, -1, 0.5, 0);
  const d = f32x4(<f32>(-1.0 / 6.0), 0.5, -0.5, <f32>(1.0 / 6.0));
  return f32x4.add(a, f32x4.mul(x, f32x4.add(b, f32x4.mul(x, f32x4.add(c, f32x4.mul(x, d))))));
}

// @ts-ignore: decorator
@inline
function cubicAt(corner: usize, plane: usize, row: usize, fz: f32, fy: f32, fx: f32): f32 {
  const wz = splines(fz), wy = splines(fy);
  const y0 = v128.shuffle<f32>(wy, wy, 0, 0, 0, 0), y1 = v128.shuffle<f32>(wy, wy, 1, 1, 1, 1);
  const y2 = v128.shuffle<f32>(wy, wy, 2, 2, 2, 2), y3 = v128.shuffle<f32>(wy, wy, 3, 3, 3, 3);
  const from = corner - plane - row - 4;
  const near = f32x4.mul(rowsAt(from, row, y0, y1, y2, y3), v128.shuffle<f32>(wz, wz, 0, 0, 0, 0));
  const second = f32x4.mul(rowsAt(from + plane, row, y0, y1, y2, y3), v128.shuffle<f32>(wz, wz, 1, 1, 1, 1));
  const third = f32x4.mul(rowsAt(from + 2 * plane, row, y0, y1, y2, y3), v128.shuffle<f32>(wz, wz, 2, 2, 2, 2));
  const far = f32x4.mul(rowsAt(from + 3 * plane, row, y0, y1, y2, y3), v128.shuffle<f32>(wz, wz, 3, 3, 3, 3));
  const line = f32x4.mul(f32x4.add(f32x4.add(near, second), f32x4.add(third, far)), splines(fx));
  return (
    (f32x4.extract_lane(line, 0) + f32x4.extract_lane(line, 1)) +
    (f32x4.extract_lane(line, 2) + f32x4.extract_lane(line, 3))
  );
}

// @ts-ignore: decorator
@inline
function rowsAt(from: usize, row: usize, y0: v128, y1: v128, y2: v128, y3: v128): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(v128.load(from), y0), f32x4.mul(v128.load(from + row), y1)),
    f32x4.add(f32x4.mul(v128.load(from + 2 * row), y2), f32x4.mul(v128.load(from + 3 * row), y3)),
  );
}
