import { stridesOf } from "./ndarray.js";

/** The maps of a split, or of a part of one, on their way into the joint maxima. */
export interface MergePiece {
  readonly scores: Float32Array;
  readonly winners: Int32Array;
  readonly shape: readonly number[];
  /** The piece's voxel p lies at p + `offset` in the joint maxima, inside. */
  readonly offset: readonly number[];
  /** The piece's rotation r is `joint[r + 1]` of the joint ones (`joint[0]` is -1). */
  readonly joint: Int32Array;
}

/** A winner that has no joint rotation, and the number of its piece. */
export interface StrayWinner {
  readonly piece: number;
  readonly winner: number;
}

/**
 * Makes `best` and `rotations`, of shape `shape`, the joint maxima of all pieces; `scoreThreshold` and -1 where there is none.
 *
 * The highest score wins. Where scores are equal the lowest joint rotation wins; any rotation wins over -1 when the score is above `scoreThreshold`, and -1 over none. NaN never wins.
 *
 * Returns null; or, should one of the winners have no joint rotation (past the end of `joint`, or -1 there), that one: then the maxima are of no use.
 */
export function mergeMaxima(
  best: Float32Array,
  rotations: Int32Array,
  shape: readonly number[],
  pieces: readonly MergePiece[],
  scoreThreshold: number,
): StrayWinner | null {
  best.fill(scoreThreshold);
  rotations.fill(-1);
  for (const [number, piece] of pieces.entries()) {
    const winner = mergePiece(best, rotations, shape, piece, scoreThreshold);
    if (winner !== -1) return { piece: number, winner };
  }
  return null;
}

function mergePiece(
  best: Float32Array,
  rotations: Int32Array,
  shape: readonly number[],
  { scores, winners, shape: own, offset, joint }: MergePiece,
  scoreThreshold: number,
): number {
  const rowLength = own.at(-1)!;
  for (let begin = 0; begin < scores.length; begin += rowLength) {
    const shift = rowStart(begin / rowLength, shape, own, offset) - begin;
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

/** The flat index, in the joint maxima of shape `shape`, of the first voxel of a piece's row (along its last axis). */
function rowStart(
  row: number,
  shape: readonly number[],
  pieceShape: readonly number[],
  offset: readonly number[],
): number {
  const stride = stridesOf(shape);
  const last = shape.length - 1;
  let start = offset[last]!;
  for (let axis = last - 1, rest = row; axis >= 0; axis--) {
    const length = pieceShape[axis]!;
    start += (offset[axis]! + (rest % length)) * stride[axis]!;
    rest = Math.floor(rest / length);
  }
  return start;
}
