import type { Improving, Kernels } from "@rotoscope/core";
import { at, BLOCK, type Place, residentOf, workspace } from "./memories.js";

/** The compiled `updateMaxima`: in place where the state lies in a memory of ours, so that only the scores are copied; else block by block. */
export const updateMaxima: Kernels["updateMaxima"] = (
  best,
  rotations,
  scores,
  index,
  from,
  to,
  inside = null,
  improving = null,
) => {
  const home = residentOf(best, rotations);
  const place = home ?? workspace();
  let sum = 0;
  for (let start = from; start < to; start += BLOCK) {
    const end = Math.min(start + BLOCK, to);
    const block: Block = {
      place,
      scores: placeScores(place, scores, start, end),
      index,
      count: end - start,
      inside: inside && placeInside(place, inside.subarray(start - from, end - from)),
    };
    if (improving) {
      const first = improving.first + start - from;
      tellImproved(block, home ? best.byteOffset + 4 * start : best.subarray(start, end), { ...improving, first });
    }
    sum += home
      ? updateAt(block, best.byteOffset + 4 * start, rotations.byteOffset + 4 * start)
      : updateCopies(block, best.subarray(start, end), rotations.subarray(start, end));
  }
  return sum;
};

/** The compiled `sumOfSquares`. */
export const sumOfSquares: Kernels["sumOfSquares"] = (scores, from, to) => {
  const place = workspace();
  let sum = 0;
  for (let start = from; start < to; start += BLOCK) {
    const end = Math.min(start + BLOCK, to);
    sum += place.exports.sumOfSquares(placeScores(place, scores, start, end), end - start);
  }
  return sum;
};

/** Scores of a piece of a map; `scores` and `inside` (null: everywhere) are addresses. */
interface Block {
  readonly place: Place;
  readonly scores: number;
  readonly index: number;
  readonly count: number;
  readonly inside: number | null;
}

/** Tells of the voxels of a block that are about to improve. `best`: its address, or what is to be copied. */
function tellImproved({ place, scores, count }: Block, best: number | Float32Array, { first, tell }: Improving): void {
  const { exports, memory } = place;
  const { buffer } = memory;
  if (typeof best !== "number") new Float32Array(buffer, at.best, count).set(best);
  const bestAt = typeof best === "number" ? best : at.best;
  const improved = exports.improvedVoxels(bestAt, scores, count, first, at.voxels, at.improved);
  tell(new Int32Array(buffer, at.voxels, improved), new Float32Array(buffer, at.improved, improved));
}

function updateAt({ place, scores, index, count, inside }: Block, best: number, rotations: number): number {
  const { exports } = place;
  if (inside === null) return exports.updateMaxima(best, rotations, scores, index, count);
  exports.updateMaximaWithin(best, rotations, scores, index, count, inside);
  return exports.sumOfSquares(scores, count);
}

function updateCopies(block: Block, best: Float32Array, rotations: Int32Array): number {
  const { place, scores, count } = block;
  const { exports, memory } = place;
  const bestBlock = new Float32Array(memory.buffer, at.best, count);
  const rotationBlock = new Int32Array(memory.buffer, at.voxels, count);
  bestBlock.set(best);
  if (exports.maximaBelow(at.best, scores, count) !== 0) return exports.sumOfSquares(scores, count);
  rotationBlock.set(rotations);
  const sum = updateAt(block, at.best, at.voxels);
  best.set(bestBlock);
  rotations.set(rotationBlock);
  return sum;
}

/** The address of the scores `start` ... `end` - 1, copied unless they lie in `place`. */
function placeScores({ memory: { buffer } }: Place, scores: Float32Array, start: number, end: number): number {
  if (scores.buffer === buffer) return scores.byteOffset + 4 * start;
  new Float32Array(buffer, at.scores, end - start).set(scores.subarray(start, end));
  return at.scores;
}

function placeInside({ memory }: Place, inside: Uint8Array): number {
  new Uint8Array(memory.buffer, at.table, inside.length).set(inside);
  return at.table;
}
