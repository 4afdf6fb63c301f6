/** A template's voxels, axes z, y, x. */
export interface Template {
  readonly shape: readonly [number, number, number];
  readonly data: Float32Array;
}

/** A slice through the middle of a rotated template. */
export interface TemplateSlice {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * The slice through the middle, cut along `axis` (0 = z, 1 = y, 2 = x), of the template as `matrix` (3 x 3, axes z, y, x, target to template) turns it:
 * out(x) = template(R (x - c) + c) with c the middle, by linear interpolation, NaN outside. Rows and columns are the two axes that remain, slow one first.
 */
export function rotatedSlice({ shape, data }: Template, matrix: Float32Array, axis: 0 | 1 | 2): TemplateSlice {
  const [depth, height, width] = shape;
  const [rowAxis, columnAxis] = axis === 0 ? [1, 2] : axis === 1 ? [0, 2] : [0, 1];
  const [rows, columns] = [shape[rowAxis as 0 | 1]!, shape[columnAxis as 1 | 2]!];
  const center = shape.map((length) => (length - 1) / 2);
  const values = new Float32Array(rows * columns);
  const offset = [0, 0, 0];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      offset[rowAxis!] = row - center[rowAxis!]!;
      offset[columnAxis!] = column - center[columnAxis!]!;
      const [z, y, x] = [0, 1, 2].map(
        (to) =>
          matrix[to * 3]! * offset[0]! +
          matrix[to * 3 + 1]! * offset[1]! +
          matrix[to * 3 + 2]! * offset[2]! +
          center[to]!,
      ) as [number, number, number];
      values[row * columns + column] = sample(data, depth, height, width, z, y, x);
    }
  return { rows, columns, values };
}

function sample(
  data: Float32Array,
  depth: number,
  height: number,
  width: number,
  z: number,
  y: number,
  x: number,
): number {
  const slack = 1e-6;
  if (z < -slack || y < -slack || x < -slack) return Number.NaN;
  if (z > depth - 1 + slack || y > height - 1 + slack || x > width - 1 + slack) return Number.NaN;
  const [z0, fz] = cell(z, depth);
  const [y0, fy] = cell(y, height);
  const [x0, fx] = cell(x, width);
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [dz, dy, dx] = [corner >> 2, (corner >> 1) & 1, corner & 1];
    const weight = (dz ? fz : 1 - fz) * (dy ? fy : 1 - fy) * (dx ? fx : 1 - fx);
    if (weight > 0) sum += weight * data[((z0 + dz) * height + y0 + dy) * width + x0 + dx]!;
  }
  return sum;
}

/** The lower neighbour of a place along an axis, and how far it is from there. */
function cell(place: number, length: number): readonly [number, number] {
  const inside = Math.min(length - 1, Math.max(0, place));
  const lower = Math.min(Math.floor(inside), Math.max(0, length - 2));
  return [lower, inside - lower];
}
