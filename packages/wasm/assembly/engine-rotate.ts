/** Number of planes before a padded volume's first and after its last, so that samples need no test for the edge. */
const BEFORE: i32 = 1;
const AROUND: i32 = 3;

/** The template and what to make of it. */
@unmanaged
export class Template {
  depth: i32;
  height: i32;
  width: i32;
  /** Per row (z, y): first x that is wanted and the one after the last, i32. */
  spans: usize;
  /** Byte offsets in the box per z, y and x, i32. */
  offsetsZ: usize;
  offsetsY: usize;
  offsetsX: usize;
  /** Padded values or spline coefficients, float32. */
  data: usize;
  /** For PRODUCT weights of the unrotated template's voxels, C order; otherwise the padded mask, which is rotated too. Float32. */
  mask: usize;
  /** Cubic splines instead of linear interpolation. */
  cubic: i32;
  /** Mean 0 and deviation 1 within the mask. */
  standardised: i32;
  /** Sum of the unrotated mask. */
  weights: f64;
}

/** Row (z, y) of a box member. */
// @ts-ignore: decorator
@inline
export function rowOf(template: Template, member: usize, z: i32, y: i32): usize {
  return member + load<i32>(template.offsetsZ + 4 * z) + load<i32>(template.offsetsY + 4 * y);
}

/** Sums over the voxels that `sample` last went through: of the mask, and of the values and their squares within it. */
export let sumOfMask: f64 = 0;
export let sumOfValues: f64 = 0;
export let sumOfSquares: f64 = 0;

/**
 * Samples the template at R (x - c) + c for the wanted voxels x; 0 outside [0, n - 1]. `matrix` is 3 x 3 in f64, axes z, y, x. Where `masks`, a box member too, isn't 0, the mask is sampled likewise and goes
 * there; where it is 0, so is the template. Otherwise the mask stays as it is.
 */
export function sample(template: Template, matrix: usize, values: usize, masks: usize): void {
  const m00 = load<f64>(matrix, 0), m01 = load<f64>(matrix, 8), m02 = load<f64>(matrix, 16);
  const m10 = load<f64>(matrix, 24), m11 = load<f64>(matrix, 32), m12 = load<f64>(matrix, 40);
  const m20 = load<f64>(matrix, 48), m21 = load<f64>(matrix, 56), m22 = load<f64>(matrix, 64);
  const depth = template.depth, height = template.height, width = template.width;
  const cz = <f64>(depth - 1) / 2, cy = <f64>(height - 1) / 2, cx = <f64>(width - 1) / 2;
  const endZ = <f64>(depth - 1), endY = <f64>(height - 1), endX = <f64>(width - 1);
  const row = <usize>(width + AROUND) * 4;
  const plane = row * (height + AROUND);
  const origin = BEFORE * (plane + row + 4);
  const data = template.data + origin, mask = template.mask + origin;
  const cubic = template.cubic != 0;
  const offsetsX = template.offsetsX;
  const apart = masks - values;
  let ofMask = f64x2.splat(0), ofValues = ofMask, ofSquares = ofMask;
  let span = template.spans;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++, span += 8) {
      const to = rowOf(template, values, z, y);
      const dz = <f64>z - cz, dy = <f64>y - cy;
      const rowZ = m00 * dz + m01 * dy, rowY = m10 * dz + m11 * dy, rowX = m20 * dz + m21 * dy;
      // What lies inside is one run: each coordinate grows or falls along the row, rounding included.
      let first = load<i32>(span), last = load<i32>(span, 4) - 1;
      for (; first <= last; first++) {
        const dx = <f64>first - cx;
        if (within(rowZ + m02 * dx + cz, endZ) && within(rowY + m12 * dx + cy, endY) && within(rowX + m22 * dx + cx, endX)) break;
        clear(to + load<i32>(offsetsX + 4 * first), masks != 0, apart);
      }
      for (; last >= first; last--) {
        const dx = <f64>last - cx;
        if (within(rowZ + m02 * dx + cz, endZ) && within(rowY + m12 * dx + cy, endY) && within(rowX + m22 * dx + cx, endX)) break;
        clear(to + load<i32>(offsetsX + 4 * last), masks != 0, apart);
      }
      for (let x = first; x <= last; x += 2) {
        // Two voxels; behind the last one it again, which doesn't count.
        const next = min(x + 1, last);
        const dx = f64x2(<f64>x - cx, <f64>next - cx);
        const sz = coordinate(rowZ, m02, dx, cz), sy = coordinate(rowY, m12, dx, cy), sx = coordinate(rowX, m22, dx, cx);
        const z0 = i32x4.trunc_sat_f64x2_s_zero(sz), y0 = i32x4.trunc_sat_f64x2_s_zero(sy), x0 = i32x4.trunc_sat_f64x2_s_zero(sx);
        const fz = fraction(sz, z0), fy = fraction(sy, y0), fx = fraction(sx, x0);
        const near = plane * <usize>i32x4.extract_lane(z0, 0) + row * <usize>i32x4.extract_lane(y0, 0) + 4 * <usize>i32x4.extract_lane(x0, 0);
        const far = plane * <usize>i32x4.extract_lane(z0, 1) + row * <usize>i32x4.extract_lane(y0, 1) + 4 * <usize>i32x4.extract_lane(x0, 1);
        const at = to + load<i32>(offsetsX + 4 * x), atNext = to + load<i32>(offsetsX + 4 * next);
        let weights: v128;
        if (masks != 0) {
          weights = both(mask + near, mask + far, plane, row, fz, fy, fx, cubic);
          storeBoth(at + apart, atNext + apart, weights);
        } else {
          const unrotated = template.mask + 4 * ((z * height + y) * width + x);
          weights = v128.load32_lane(unrotated + 4 * (next - x), v128.load32_zero(unrotated), 1);
        }
        if (i64x2.extract_lane(weights, 0) == 0) {
          storeBoth(at, atNext, f32x4.splat(0));
          continue;
        }
        let sampled = both(data + near, data + far, plane, row, fz, fy, fx, cubic);
        if (masks != 0) sampled = v128.and(sampled, f32x4.ne(weights, f32x4.splat(0)));
        storeBoth(at, atNext, sampled);
        const m = f64x2.promote_low_f32x4(next > x ? weights : f32x4.replace_lane(weights, 1, 0));
        const v = f64x2.promote_low_f32x4(sampled);
        ofMask = f64x2.add(ofMask, m);
        ofValues = f64x2.add(ofValues, f64x2.mul(v, m));
        ofSquares = f64x2.add(ofSquares, f64x2.mul(f64x2.mul(v, v), m));
      }
    }
  sumOfMask = f64x2.extract_lane(ofMask, 0) + f64x2.extract_lane(ofMask, 1);
  sumOfValues = f64x2.extract_lane(ofValues, 0) + f64x2.extract_lane(ofValues, 1);
  sumOfSquares = f64x2.extract_lane(ofSquares, 0) + f64x2.extract_lane(ofSquares, 1);
}

// @ts-ignore: decorator
@inline
function within(position: f64, end: f64): bool {
  return position >= 0 && position <= end;
}

// @ts-ignore: decorator
@inline
function clear(at: usize, withMask: bool, apart: usize): void {
  store<f32>(at, 0);
  if (withMask) store<f32>(at + apart, 0);
}

// @ts-ignore: decorator
@inline
function coordinate(start: f64, step: f64, dx: v128, centre: f64): v128 {
  return f64x2.add(f64x2.add(f64x2.splat(start), f64x2.mul(f64x2.splat(step), dx)), f64x2.splat(centre));
}

/** Lanes 0 and 1, float32. */
// @ts-ignore: decorator
@inline
function fraction(position: v128, whole: v128): v128 {
  return f32x4.demote_f64x2_zero(f64x2.sub(position, f64x2.convert_low_i32x4_s(whole)));
}

// @ts-ignore: decorator
@inline
function storeBoth(at: usize, atNext: usize, values: v128): void {
  v128.store32_lane(atNext, values, 1);
  v128.store32_lane(at, values, 0);
}

/** Values at two places whose corners and fractions are given: lanes 0 and 1. */
// @ts-ignore: decorator
@inline
function both(near: usize, far: usize, plane: usize, row: usize, fz: v128, fy: v128, fx: v128, cubic: bool): v128 {
  if (!cubic) return linearAt(near, far, plane, row, fz, fy, fx);
  const own = cubicAt(near, plane, row, f32x4.extract_lane(fz, 0), f32x4.extract_lane(fy, 0), f32x4.extract_lane(fx, 0));
  const other = cubicAt(far, plane, row, f32x4.extract_lane(fz, 1), f32x4.extract_lane(fy, 1), f32x4.extract_lane(fx, 1));
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(0), 0, own), 1, other);
}

// @ts-ignore: decorator
@inline
function linearAt(near: usize, far: usize, plane: usize, row: usize, fz: v128, fy: v128, fx: v128): v128 {
  // Lanes: x and x + 1 of the one place, then of the other.
  const y = v128.shuffle<f32>(fy, fy, 0, 0, 1, 1), z = v128.shuffle<f32>(fz, fz, 0, 0, 1, 1);
  const front = between(pairs(near, far), pairs(near + row, far + row), y);
  const back = between(pairs(near + plane, far + plane), pairs(near + plane + row, far + plane + row), y);
  const line = between(front, back, z);
  return between(v128.shuffle<f32>(line, line, 0, 2, 0, 2), v128.shuffle<f32>(line, line, 1, 3, 1, 3), fx);
}

// @ts-ignore: decorator
@inline
function pairs(near: usize, far: usize): v128 {
  return v128.load64_lane(far, v128.load64_zero(near), 1);
}

// @ts-ignore: decorator
@inline
function between(a: v128, b: v128, t: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), t));
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
