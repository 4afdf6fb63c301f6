/** Values below it become 0: denormal numbers would slow the transforms down. */
const TINY: f64 = 1e-30;

/** The template and where its voxels go in the box that is transformed. */
@unmanaged
export class Template {
  /** Values and mask, float32, C order. */
  data: usize;
  mask: usize;
  depth: i32;
  height: i32;
  width: i32;
  /** Per row (z, y): first x within the mask and the one after the last, i32. */
  spans: usize;
  /** Byte offsets in the box per z, y and x, i32. */
  offsetsZ: usize;
  offsetsY: usize;
  offsetsX: usize;
}

/** Puts zeros where the rotated template goes: the box member has no rotation. */
export function clearMember(template: Template, member: usize): void {
  let span = template.spans;
  for (let z = 0; z < template.depth; z++)
    for (let y = 0; y < template.height; y++, span += 8) {
      const to = member + load<i32>(template.offsetsZ + 4 * z) + load<i32>(template.offsetsY + 4 * y);
      for (let x = load<i32>(span), end = load<i32>(span, 4); x < end; x++)
        store<f32>(to + load<i32>(template.offsetsX + 4 * x), 0);
    }
}

/**
 * Rotates the template by linear interpolation (`matrix`: 3 x 3 in f64, axes z, y, x) and standardises it within the mask, in double precision, into the real
 * or the imaginary parts of the box. The same arithmetic as the plain `rotate`.
 */
export function rotateInto(template: Template, matrix: usize, member: usize): void {
  const m00 = load<f64>(matrix, 0), m01 = load<f64>(matrix, 8), m02 = load<f64>(matrix, 16);
  const m10 = load<f64>(matrix, 24), m11 = load<f64>(matrix, 32), m12 = load<f64>(matrix, 40);
  const m20 = load<f64>(matrix, 48), m21 = load<f64>(matrix, 56), m22 = load<f64>(matrix, 64);
  const depth = template.depth, height = template.height, width = template.width;
  const cz = <f64>(depth - 1) / 2, cy = <f64>(height - 1) / 2, cx = <f64>(width - 1) / 2;
  const endZ = <f64>(depth - 1), endY = <f64>(height - 1), endX = <f64>(width - 1);
  const data = template.data, offsetsX = template.offsetsX;
  let span = template.spans;
  let weights: f64 = 0, sum: f64 = 0, squares: f64 = 0;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++, span += 8) {
      const to = member + load<i32>(template.offsetsZ + 4 * z) + load<i32>(template.offsetsY + 4 * y);
      const dz = <f64>z - cz, dy = <f64>y - cy;
      const rowZ = m00 * dz + m01 * dy, rowY = m10 * dz + m11 * dy, rowX = m20 * dz + m21 * dy;
      const start = load<i32>(span);
      let weight = template.mask + 4 * ((z * height + y) * width + start);
      for (let x = start, end = load<i32>(span, 4); x < end; x++, weight += 4) {
        const dx = <f64>x - cx;
        const sz = rowZ + m02 * dx + cz, sy = rowY + m12 * dx + cy, sx = rowX + m22 * dx + cx;
        let value: f32 = 0;
        if (sz >= 0 && sy >= 0 && sx >= 0 && sz <= endZ && sy <= endY && sx <= endX) {
          const z0 = <i32>sz, y0 = <i32>sy, x0 = <i32>sx;
          const fz = sz - <f64>z0, fy = sy - <f64>y0, fx = sx - <f64>x0;
          const corner = data + 4 * ((z0 * height + y0) * width + x0);
          const right = fx > 0 ? 4 : 0;
          const down = fy > 0 ? 4 * width : 0;
          const deep = fz > 0 ? 4 * width * height : 0;
          value = <f32>(plane(corner, right, down, fx, fy) * (1 - fz) + plane(corner + deep, right, down, fx, fy) * fz);
        }
        store<f32>(to + load<i32>(offsetsX + 4 * x), value);
        const m = <f64>load<f32>(weight), v = <f64>value;
        weights += m;
        sum += v * m;
        squares += v * v * m;
      }
    }
  const mean = sum / weights;
  const deviation = Math.sqrt(max(0, squares / weights - mean * mean));
  standardise(template, member, mean, deviation > 0 ? 1 / deviation : 0);
}

// @ts-ignore: decorator
@inline
function plane(corner: usize, right: i32, down: i32, fx: f64, fy: f64): f64 {
  const top = <f64>load<f32>(corner) * (1 - fx) + <f64>load<f32>(corner + right) * fx;
  const bottom = <f64>load<f32>(corner + down) * (1 - fx) + <f64>load<f32>(corner + down + right) * fx;
  return top * (1 - fy) + bottom * fy;
}

function standardise(template: Template, member: usize, mean: f64, scale: f64): void {
  const height = template.height, width = template.width;
  let span = template.spans;
  for (let z = 0; z < template.depth; z++)
    for (let y = 0; y < height; y++, span += 8) {
      const to = member + load<i32>(template.offsetsZ + 4 * z) + load<i32>(template.offsetsY + 4 * y);
      const start = load<i32>(span);
      let weight = template.mask + 4 * ((z * height + y) * width + start);
      for (let x = start, end = load<i32>(span, 4); x < end; x++, weight += 4) {
        const at = to + load<i32>(template.offsetsX + 4 * x);
        const value = (<f64>load<f32>(at) - mean) * scale * <f64>load<f32>(weight);
        store<f32>(at, abs(value) < TINY ? 0 : <f32>value);
      }
    }
}
