import type { Kernels } from "@rotoscope/core";
import { at, BLOCK, type Place, residentOf, workspace } from "./memories.js";

/** The compiled `updateMaxima`: in place where the state lies in a memory of ours, so that only the scores are copied; else block by block. */
export const updateMaxima: Kernels["updateMaxima"] = (best, rotations, scores, index, from, to) => {
  const home = residentOf(best, rotations);
  const place = home ?? workspace();
  const { buffer } = place.memory;
  new Float64Array(buffer, at.lanes, 8).fill(0);
  if (home && scores.buffer === buffer) updateAt(home, best, rotations, scores.byteOffset + 4 * from, index, from, to);
  else {
    const block = new Float32Array(buffer, at.scores, BLOCK);
    for (let start = from; start < to; start += BLOCK) {
      const end = Math.min(start + BLOCK, to);
      block.set(scores.subarray(start, end));
      if (home) updateAt(home, best, rotations, at.scores, index, start, end);
      else updateCopies(place, best.subarray(start, end), rotations.subarray(start, end), index);
    }
  }
  return place.exports.lanesInOrder(at.lanes);
};

function updateAt(
  { exports }: Place,
  best: Float32Array,
  rotations: Int32Array,
  scores: number,
  index: number,
  from: number,
  to: number,
): void {
  const offset = 4 * from;
  exports.updateMaxima(best.byteOffset + offset, rotations.byteOffset + offset, scores, index, to - from, at.lanes);
}

function updateCopies({ exports, memory }: Place, best: Float32Array, rotations: Int32Array, index: number): void {
  const { length } = best;
  const bestBlock = new Float32Array(memory.buffer, at.best, length);
  const rotationBlock = new Int32Array(memory.buffer, at.voxels, length);
  bestBlock.set(best);
  const unchanged = exports.maximaBelow(at.best, at.scores, length) !== 0;
  if (!unchanged) rotationBlock.set(rotations);
  exports.updateMaxima(at.best, at.voxels, at.scores, index, length, at.lanes);
  if (unchanged) return;
  best.set(bestBlock);
  rotations.set(rotationBlock);
}
