/**
 * The maximum over the axes marked in `aggregated`, for every position along the others, in their order (C order).
 *
 * NaN counts as -Infinity. All axes marked: one element.
 */
export function maximumOverAxes(
  scores: Float32Array,
  shape: readonly number[],
  aggregated: readonly boolean[],
): Float32Array {
  const stride = new Array<number>(shape.length).fill(0);
  let size = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--)
    if (!aggregated[axis]) {
      stride[axis] = size;
      size *= shape[axis]!;
    }
  const maxima = new Float32Array(size).fill(Number.NEGATIVE_INFINITY);
  const last = shape.length - 1;
  const rowLength = shape[last]!;
  const step = stride[last]!;
  for (let begin = 0; begin < scores.length; begin += rowLength) {
    let to = 0;
    for (let axis = last - 1, rest = begin / rowLength; axis >= 0; axis--) {
      to += (rest % shape[axis]!) * stride[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    for (let voxel = begin; voxel < begin + rowLength; voxel++, to += step)
      if (scores[voxel]! > maxima[to]!) maxima[to] = scores[voxel]!;
  }
  return maxima;
}
