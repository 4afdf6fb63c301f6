import { type Kernels, plainKernels } from "@rotoscope/core";
import { joined } from "./joined.js";
import { at, BLOCK, workspace } from "./memories.js";

/** The compiled `proposeHighest`: the compiled part drops what is not above the worst of the best so far; the plain kernel chooses among the few that are left. */
export const proposeHighest: Kernels["proposeHighest"] = (scores, count) => {
  const { exports, memory } = workspace();
  const block = new Float32Array(memory.buffer, at.scores, BLOCK);
  const most = Math.max(2 * count, 4096);
  let chosen: Int32Array = new Int32Array(0);
  let pieces: Int32Array[] = [];
  let waiting = 0;
  let threshold = Number.NEGATIVE_INFINITY;
  const choose = (): void => {
    const candidates = joined([chosen, ...pieces]);
    const values = new Float32Array(candidates.length);
    for (let n = 0; n < values.length; n++) values[n] = scores[candidates[n]!]!;
    chosen = plainKernels.proposeHighest(values, count).map((candidate) => candidates[candidate]!);
    if (chosen.length === count) threshold = chosen.reduce((low, voxel) => Math.min(low, scores[voxel]!), Infinity);
    pieces = [];
    waiting = 0;
  };
  for (let from = 0, to = 0; from < scores.length; from = to) {
    to = Math.min(from + (threshold === Number.NEGATIVE_INFINITY ? Math.min(most, BLOCK) : BLOCK), scores.length);
    block.set(scores.subarray(from, to));
    const found = exports.higherVoxels(at.scores, threshold, to - from, from, at.voxels);
    if (found === 0) continue;
    pieces.push(new Int32Array(memory.buffer, at.voxels, found).slice());
    waiting += found;
    if (waiting >= most) choose();
  }
  choose();
  return chosen;
};
