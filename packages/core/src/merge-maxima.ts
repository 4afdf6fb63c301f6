import { stridesOf } from "./ndarray.js";

/**
 * Takes the maps of one split into the joint maxima `best` and `rotations` of shape `shape`; the split's voxel p lies at p + `offset`, inside.
 *
 * A split's rotation r becomes `joint[r + 1]` (`joint[0]` is -1). Where the split's score is higher it wins. Where it is equal the lower joint rotation wins; any
 * rotation wins over -1 when the score is above `scoreThreshold`, and -1 over none. NaN never wins.
 *
 * Returns -1; or, should one of `winners` have no joint rotation (past the end of `joint`, or -1 there), that one: then the maxima are of no use.
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
): number {
  const stride = stridesOf(shape);
  const last = shape.length - 1;
  const rowLength = splitShape[last]!;
  for (let begin = 0; begin < scores.length; begin += rowLength) {
    let shift = offset[last]! - begin;
    for (let axis = last - 1, rest = begin / rowLength; axis >= 0; axis--) {
      shift += (offset[axis]! + (rest % splitShape[axis]!)) * stride[axis]!;
      rest = Math.floor(rest / splitShape[axis]!);
    }
    for (let voxel = begin; voxel < begin + rowLength; voxel++) {
      const winner = winners[voxel]!;
      const rotation = joint[winner + 1] ?? -1;
      if (rotation === -1 && winner !== -1) return winner;
      const score = scores[voxel]!;
      const at = voxel + shift;
      const current = best[at]!;
      if (!(score >= current)) continue;
      if (score > current) {
        best[at] = score;
        rotations[at] = rotation;
      } else if (rotation !== -1) {
        const holder = rotations[at]!;
        if (holder === -1 ? score > scoreThreshold : rotation < holder) rotations[at] = rotation;
      }
    }
  }
  return -1;
}
