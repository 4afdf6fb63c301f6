import type { Kernels } from "@rotoscope/core";
import { joined } from "./joined.js";
import { at, BLOCK, residentOf, workspace } from "./memories.js";

/** The compiled `improvedVoxels`. */
export const improvedVoxels: Kernels["improvedVoxels"] = (best, scores, from, to) => {
  const home = residentOf(best);
  const { exports, memory } = home ?? workspace();
  const scoreBlock = new Float32Array(memory.buffer, at.scores, BLOCK);
  const bestBlock = new Float32Array(memory.buffer, at.best, BLOCK);
  const pieces: Int32Array[] = [];
  for (let start = from; start < to; start += BLOCK) {
    const end = Math.min(start + BLOCK, to);
    scoreBlock.set(scores.subarray(start, end));
    if (!home) bestBlock.set(best.subarray(start, end));
    const bestAt = home ? best.byteOffset + 4 * start : at.best;
    const count = exports.improvedVoxels(bestAt, at.scores, end - start, start, at.voxels);
    pieces.push(new Int32Array(memory.buffer, at.voxels, count).slice());
  }
  return joined(pieces);
};
