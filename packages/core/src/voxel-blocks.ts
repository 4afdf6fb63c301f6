import type { HistoryStep } from "./history.js";

/** Voxels of a block, as a power of two: its scores and rotations fit into a processor's cache. */
export const BLOCK_BITS = 16;

/** The entries of a step in the order of their blocks, and otherwise as they were. */
export function inBlocks({ voxel, score, rotation }: HistoryStep): HistoryStep {
  const last = voxel.reduce((max, at) => Math.max(max, at), 0);
  const places = new Int32Array((last >>> BLOCK_BITS) + 2);
  for (const at of voxel) places[(at >>> BLOCK_BITS) + 1]!++;
  for (let block = 1; block < places.length; block++) places[block]! += places[block - 1]!;
  const { length } = voxel;
  const step = { voxel: new Int32Array(length), score: new Float32Array(length), rotation: new Int32Array(length) };
  for (let entry = 0; entry < length; entry++) {
    const to = places[voxel[entry]! >>> BLOCK_BITS]!++;
    step.voxel[to] = voxel[entry]!;
    step.score[to] = score[entry]!;
    step.rotation[to] = rotation[entry]!;
  }
  return step;
}
