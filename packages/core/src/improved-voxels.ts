/** Who is told of the voxels that a rotation is about to improve. */
export interface Improving {
  /** What the first voxel of the range is called; the others follow it. */
  readonly first: number;
  /** Hears of them in ascending order, with their new scores, in one call or more; the arrays are used again. */
  readonly tell: (voxels: Int32Array, scores: Float32Array) => void;
}

/** Tells of the voxels of `from` ... `to` - 1 where `scores` > `best` (strictly; NaN never). */
export function tellImproved(
  best: Float32Array,
  scores: Float32Array,
  from: number,
  to: number,
  { first, tell }: Improving,
): void {
  const voxels = new Int32Array(to - from);
  const values = new Float32Array(to - from);
  let count = 0;
  for (let voxel = from; voxel < to; voxel++) {
    if (!(scores[voxel]! > best[voxel]!)) continue;
    voxels[count] = first + voxel - from;
    values[count++] = scores[voxel]!;
  }
  tell(voxels.subarray(0, count), values.subarray(0, count));
}
