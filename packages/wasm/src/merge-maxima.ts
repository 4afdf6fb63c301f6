import { type Kernels, plainKernels } from "@rotoscope/core";
import { at, BLOCK, type Place, residentOf, TABLE } from "./memories.js";

/**
 * The compiled `mergeMaxima`, for joint maxima that lie in a memory of ours; others, small ones mostly, are merged by the plain kernel. Until all pieces are in, the joint maxima have
 * each winner's place among all pieces' joint rotations, put one after the other.
 */
export const mergeMaxima: Kernels["mergeMaxima"] = (best, rotations, shape, pieces, scoreThreshold) => {
  const home = residentOf(best, rotations);
  const tables = [...new Set(pieces.map(({ joint }) => joint))];
  const holes = tables.some((joint) => joint.indexOf(-1, 1) !== -1);
  const tooLarge =
    tables.reduce((sum, joint) => sum + joint.length, 0) > TABLE || pieces.some((piece) => piece.shape.at(-1)! > BLOCK);
  if (!home || holes || tooLarge) return plainKernels.mergeMaxima(best, rotations, shape, pieces, scoreThreshold);
  const table = new Int32Array(home.memory.buffer, at.table, TABLE);
  table[0] = -1;
  const firsts = new Map<Int32Array, number>();
  let end = 0;
  for (const joint of tables) {
    firsts.set(joint, end);
    table.set(joint, end);
    end += joint.length;
  }
  best.fill(scoreThreshold);
  rotations.fill(-1);
  const threshold = float32AtMost(scoreThreshold);
  for (const [number, piece] of pieces.entries()) {
    const winner = mergePiece(home, best, rotations, shape, piece, firsts.get(piece.joint)!, threshold);
    if (winner !== null) return { piece: number, winner };
  }
  home.exports.takeJoints(rotations.byteOffset, rotations.length, JOINT);
  return null;
};

/** Where place 0 is; place -1, the first table's first element, is none. */
const JOINT = at.table + 4;

type Piece = Parameters<Kernels["mergeMaxima"]>[3][number];

/** The first winner that has no joint rotation, or null. */
function mergePiece(
  { memory, exports }: Place,
  best: Float32Array,
  rotations: Int32Array,
  shape: readonly number[],
  { scores, winners, shape: own, offset, joint }: Piece,
  first: number,
  threshold: number,
): number | null {
  const rowLength = own.at(-1)!;
  const plane = rowLength * (own.at(-2) ?? 1);
  const atOnce = Math.min(plane, Math.floor(BLOCK / rowLength) * rowLength);
  const scoreBlock = new Float32Array(memory.buffer, at.scores, atOnce);
  const winnerBlock = new Int32Array(memory.buffer, at.voxels, atOnce);
  for (let from = 0, to = 0; from < scores.length; from = to) {
    to = Math.min(from + atOnce, from - (from % plane) + plane);
    scoreBlock.set(scores.subarray(from, to));
    winnerBlock.set(winners.subarray(from, to));
    const target = 4 * rowStart(from / rowLength, shape, own, offset);
    const stray = exports.mergeRows(
      best.byteOffset + target,
      rotations.byteOffset + target,
      4 * shape.at(-1)!,
      at.scores,
      at.voxels,
      (to - from) / rowLength,
      rowLength,
      JOINT,
      first,
      joint.length,
      threshold,
    );
    if (stray !== 0) return winners.subarray(from, to).find((winner) => winner < -1 || winner + 1 >= joint.length)!;
  }
  return null;
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
