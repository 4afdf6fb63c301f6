import { type Kernels, plainKernels } from "@rotoscope/core";
import { at, BLOCK, type Place, residentOf, TABLE } from "./memories.js";

/** The compiled `mergeMaxima`, for joint maxima that lie in a memory of ours; others, small ones mostly, are merged by the plain kernel. */
export const mergeMaxima: Kernels["mergeMaxima"] = (best, rotations, ...split) => {
  const [shape, scores, winners, splitShape, offset, joint, scoreThreshold] = split;
  const home = residentOf(best, rotations);
  const rowLength = splitShape.at(-1)!;
  if (!home || rowLength > BLOCK || joint.length > TABLE) return plainKernels.mergeMaxima(best, rotations, ...split);
  new Int32Array(home.memory.buffer, at.table, joint.length).set(joint);
  const threshold = float32AtMost(scoreThreshold);
  const atOnce = Math.floor(BLOCK / rowLength) * rowLength;
  for (let from = 0; from < scores.length; from += atOnce) {
    const to = Math.min(from + atOnce, scores.length);
    copyIn(home, scores.subarray(from, to), winners.subarray(from, to));
    for (let voxel = from; voxel < to; voxel += rowLength) {
      const target = 4 * rowStart(voxel / rowLength, shape, splitShape, offset);
      home.exports.mergeRow(
        best.byteOffset + target,
        rotations.byteOffset + target,
        at.scores + 4 * (voxel - from),
        at.voxels + 4 * (voxel - from),
        rowLength,
        at.table,
        threshold,
      );
    }
  }
};

function copyIn({ memory }: Place, scores: Float32Array, winners: Int32Array): void {
  new Float32Array(memory.buffer, at.scores, scores.length).set(scores);
  new Int32Array(memory.buffer, at.voxels, winners.length).set(winners);
}

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
