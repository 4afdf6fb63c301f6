import { stridesOf } from "./ndarray.js";

/**
 * Takes the maps of one split into the joint maxima `best` and `rotations` of shape `shape`; the split's voxel p lies at p + `offset`, inside.
 *
 * A split's rotation r becomes `joint[r + 1]` (`joint[0]` is -1). Where the split's score is higher it wins. Where it is equal the lower joint rotation wins; any
 * rotation wins over -1 when the score is above `scoreThreshold`, and -1 over none. NaN never wins.
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
  const rowLength = splitShape[last]!;
  for (let begin = 0; begin < scores.length; begin += rowLength) {
    let shift = offset[last]! - begin;
    for (let axis = last - 1, rest = begin / rowLength; axis >= 0; axis--) {
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
