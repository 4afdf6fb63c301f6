import { stridesOf } from "./ndarray.js";

/**
 * Takes the maps of one split into the joint maxima `best` and `rotations` of shape `shape`; the split's voxel p lies at p + `offset`.
 *
 * A split's rotation r becomes `joint[r + 1]` (`joint[0]` is -1). Where the split's score is higher it wins. Where it is equal the lower joint rotation wins; any
 * rotation wins over -1 when the score is above `scoreThreshold`, and -1 over none. NaN never wins.
 * What of the split lies outside `shape` along the first axis is left out, and `offset[0]` may be negative: so slabs can be merged.
 */
export function mergeMaxima(
  best: Float32Array,
  rotations: Int32Array,
  shape: readonly number[],
  scores: Float32Array,
  winners: Int32Array,
  splitShape: readonly number[],
  offset: readonly number[],
  joint: Int32Array,
  scoreThreshold: number,
): void {
  const stride = stridesOf(shape);
  const last = shape.length - 1;
  const from = Math.max(0, -offset[0]!);
  const to = Math.min(splitShape[0]!, shape[0]! - offset[0]!);
  if (from >= to) return;
  const rowLength = last === 0 ? to - from : splitShape[last]!;
  const start = (from * scores.length) / splitShape[0]!;
  const rows = ((to - from) * scores.length) / splitShape[0]! / rowLength;
  for (let row = 0; row < rows; row++) {
    const begin = start + row * rowLength;
    let shift = -begin;
    for (let axis = last, rest = begin; axis >= 0; axis--) {
      shift += (offset[axis]! + (rest % splitShape[axis]!)) * stride[axis]!;
      rest = Math.floor(rest / splitShape[axis]!);
    }
    for (let voxel = begin; voxel < begin + rowLength; voxel++) {
      const score = scores[voxel]!;
      const at = voxel + shift;
      const current = best[at]!;
      if (!(score >= current)) continue;
      const rotation = joint[winners[voxel]! + 1]!;
      if (score > current) {
        best[at] = score;
        rotations[at] = rotation;
      } else if (rotation !== -1) {
        const holder = rotations[at]!;
        if (holder === -1 ? score > scoreThreshold : rotation < holder) rotations[at] = rotation;
      }
    }
  }
}
