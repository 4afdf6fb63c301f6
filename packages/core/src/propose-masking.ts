import { stridesOf } from "./ndarray.js";
import { RemainingVoxels, rowMaxima } from "./remaining-voxels.js";

/**
 * The highest voxel (ties to the lower index), then the highest outside the box [p - floor(distance / 2), p + ceil(distance / 2)) about it, and so on:
 * `count` of them at most, none below `lowest`, in the order found. The voxel itself is always left out next; NaN and -Infinity are none. `maximaOfRows` may be a faster
 * `rowMaxima`.
 */
export function proposeMasking(
  scores: Float32Array,
  shape: readonly number[],
  distance: number,
  count: number,
  lowest: number,
  maximaOfRows: typeof rowMaxima = rowMaxima,
): Int32Array {
  const before = Math.floor(distance / 2);
  const after = Math.max(1, Math.ceil(distance / 2));
  const maskAbout = (position: readonly number[], mask: MaskRun): void => {
    const from = position.map((p) => Math.max(0, p - before));
    const to = position.map((p, axis) => Math.min(shape[axis]!, p + after));
    maskBox(from, to, mask);
  };
  return proposeMaskingBy(scores, shape, count, lowest, maskAbout, maximaOfRows);
}

/**
 * `proposeMasking` with a mask of any form: `maskAbout` is called with each voxel found and its position, and calls `mask` with the runs [from, to) along the last axis
 * of the row at `start` (that row's position along the other axes) to leave out.
 */
export function proposeMaskingBy(
  scores: Float32Array,
  shape: readonly number[],
  count: number,
  lowest: number,
  maskAbout: (position: readonly number[], mask: MaskRun, voxel: number) => void,
  maximaOfRows: typeof rowMaxima = rowMaxima,
): Int32Array {
  const stride = stridesOf(shape);
  const rowLength = shape.at(-1)!;
  const remaining = new RemainingVoxels(scores, rowLength, maximaOfRows(scores, rowLength));
  const voxels: number[] = [];
  const mask: MaskRun = (start, from, to) => {
    let begin = 0;
    for (let axis = 0; axis < shape.length - 1; axis++) begin += start[axis]! * stride[axis]!;
    remaining.leaveOut(begin, from, to);
  };
  while (voxels.length < count) {
    const voxel = remaining.highest();
    if (voxel === -1 || scores[voxel]! < lowest) break;
    voxels.push(voxel);
    const position = shape.map((length, axis) => Math.floor(voxel / stride[axis]!) % length);
    maskAbout(position, mask, voxel);
    const at = position.at(-1)!;
    remaining.leaveOut(voxel - at, at, at + 1);
  }
  return Int32Array.from(voxels);
}

/** Leaves out [from, to) of a row, which is given by its position along all axes but the last. */
export type MaskRun = (start: readonly number[], from: number, to: number) => void;

function maskBox(from: readonly number[], to: readonly number[], mask: MaskRun): void {
  const last = from.length - 1;
  const start = [...from];
  for (;;) {
    mask(start, from[last]!, to[last]!);
    let axis = last - 1;
    while (axis >= 0 && ++start[axis]! === to[axis]) {
      start[axis] = from[axis]!;
      axis--;
    }
    if (axis < 0) return;
  }
}
