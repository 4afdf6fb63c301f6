import { type Kernels, plainKernels } from "@rotoscope/core";
import { at, BLOCK, residentOf, TABLE } from "./memories.js";

/** The compiled `mergeMaxima`, for joint maxima that lie in a memory of ours; others, small ones mostly, are merged by the plain kernel. */
export const mergeMaxima: Kernels["mergeMaxima"] = (best, rotations, ...split) => {
  const [shape, scores, winners, splitShape, offset, joint, scoreThreshold] = split;
  const home = residentOf(best, rotations);
  const rowLength = splitShape.at(-1)!;
  if (!home || rowLength > BLOCK || joint.length > TABLE) return plainKernels.mergeMaxima(best, rotations, ...split);
  const { buffer } = home.memory;
  const { mergeRows, strayWinner } = home.exports;
  new Int32Array(buffer, at.table, joint.length).set(joint);
  const holes = joint.indexOf(-1, 1) === -1 ? 0 : 1;
  const threshold = float32AtMost(scoreThreshold);
  const plane = rowLength * (splitShape.at(-2) ?? 1);
  const atOnce = Math.min(plane, Math.floor(BLOCK / rowLength) * rowLength);
  const scoreBlock = new Float32Array(buffer, at.scores, atOnce);
  const winnerBlock = new Int32Array(buffer, at.voxels, atOnce);
  for (let from = 0, to = 0; from < scores.length; from = to) {
    to = Math.min(from + atOnce, from - (from % plane) + plane);
    scoreBlock.set(scores.subarray(from, to));
    winnerBlock.set(winners.subarray(from, to));
    const stray = strayWinner(at.voxels, to - from, at.table, joint.length, holes);
    if (stray !== -1) return stray;
    const target = 4 * rowStart(from / rowLength, shape, splitShape, offset);
    mergeRows(
      best.byteOffset + target,
      rotations.byteOffset + target,
      4 * shape.at(-1)!,
      at.scores,
      at.voxels,
      (to - from) / rowLength,
      rowLength,
      at.table,
      threshold,
    );
  }
  return -1;
};

/** The flat index, in the joint maps, of the first voxel of a split's row. */
function rowStart(
  row: number,
  shape: readonly number[],
  splitShape: readonly number[],
  offset: readonly number[],
): number {
  const last = shape.length - 1;
  let start = offset[last]!;
  let stride = shape[last]!;
  for (let axis = last - 1, rest = row; axis >= 0; axis--) {
    const length = splitShape[axis]!;
    start += (offset[axis]! + (rest % length)) * stride;
    stride *= shape[axis]!;
    rest = Math.floor(rest / length);
  }
  return start;
}

/** The greatest float32 that is not above `value`: what float32 scores exceed exactly when they exceed `value`. */
function float32AtMost(value: number): number {
  const rounded = new Float32Array([value]);
  if (!(rounded[0]! > value)) return rounded[0]!;
  new Int32Array(rounded.buffer)[0]! += rounded[0]! > 0 ? -1 : 1;
  return rounded[0]!;
}
