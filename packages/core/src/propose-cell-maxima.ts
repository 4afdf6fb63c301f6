import { stridesOf } from "./ndarray.js";

/**
 * One voxel per cell: the cell's maximum (ties to the lower index), when it is also the maximum of [p - distance, p + distance) along each axis.
 *
 * Along an axis of n voxels there are max(1, floor(n / distance)) cells of edge ceil(n / cells), the last ones moved back to end at n.
 * Returned in ascending order, each once; NaN and -Infinity are none.
 */
export function proposeCellMaxima(scores: Float32Array, shape: readonly number[], distance: number): Int32Array {
  const stride = stridesOf(shape);
  const cells = shape.map((length) => Math.max(1, Math.floor(length / distance)));
  const edges = shape.map((length, axis) => Math.ceil(length / cells[axis]!));
  const found = new Set<number>();
  const count = cells.reduce((product, along) => product * along, 1);
  for (let cell = 0; cell < count; cell++) {
    const from: number[] = [];
    for (let axis = shape.length - 1, rest = cell; axis >= 0; axis--) {
      from[axis] = Math.min((rest % cells[axis]!) * edges[axis]!, shape[axis]! - edges[axis]!);
      rest = Math.floor(rest / cells[axis]!);
    }
    const to = from.map((start, axis) => start + edges[axis]!);
    const highest = highestIn(scores, stride, from, to);
    if (highest === -1 || found.has(highest)) continue;
    const place = shape.map((length, axis) => Math.floor(highest / stride[axis]!) % length);
    const before = place.map((p) => Math.max(0, p - distance));
    const after = place.map((p, axis) => Math.min(shape[axis]!, p + distance));
    const rival = highestIn(scores, stride, before, after);
    if (scores[rival]! === scores[highest]!) found.add(highest);
  }
  return Int32Array.from(found).sort();
}

/** The highest voxel of the box [from, to), ties to the lower index; -1 when all are NaN or -Infinity. */
function highestIn(
  scores: Float32Array,
  stride: readonly number[],
  from: readonly number[],
  to: readonly number[],
): number {
  const last = from.length - 1;
  const position = [...from];
  let highest = -1;
  let best = Number.NEGATIVE_INFINITY;
  for (;;) {
    let begin = 0;
    for (let axis = 0; axis < last; axis++) begin += position[axis]! * stride[axis]!;
    for (let voxel = begin + from[last]!; voxel < begin + to[last]!; voxel++)
      if (scores[voxel]! > best) {
        best = scores[voxel]!;
        highest = voxel;
      }
    let axis = last - 1;
    while (axis >= 0 && ++position[axis]! === to[axis]) {
      position[axis] = from[axis]!;
      axis--;
    }
    if (axis < 0) return highest;
  }
}
