import { addExactly } from "./exact-sum.js";
import type { ImprovementLog } from "./improvement-log.js";
import type { Kernels } from "./kernels.js";
import { BLOCK, type MaxScoreState } from "./max-score-state.js";
import { type NdArray, sizeOf } from "./ndarray.js";
import { tryLock, unlock, lock as waitFor } from "./shared-lock.js";
import { putBack, takeRange } from "./stored-array.js";

/**
 * Takes one rotation's scores into a state, block by block; with locks each block by one thread at a time, in whatever order they come free.
 *
 * The outcome, the sum of squares included, doesn't depend on that order. `inside` (a byte per voxel) limits where scores may improve.
 */
export function updateState(
  state: MaxScoreState,
  scores: NdArray<Float32Array>,
  index: number,
  kernels: Kernels,
  inside: Uint8Array | null = null,
  log: ImprovementLog | null = null,
): void {
  const size = sizeOf(state.scores.shape);
  const tell =
    log &&
    ((voxels: Int32Array, improved: Float32Array): void =>
      inside ? log.addWhere(voxels, improved, (voxel) => inside[voxel] !== 0) : log.add(voxels, improved));
  const updateBlock = (block: number): void => {
    const from = block * BLOCK;
    const to = Math.min(from + BLOCK, size);
    const length = to - from;
    const best = takeRange(state.scores, from, to);
    const rotations = takeRange(state.rotations, from, to);
    const values = takeRange(scores, from, to);
    const improving = tell && { first: from, tell };
    const within = inside === null ? null : inside.subarray(from, to);
    const squares = kernels.updateMaxima(best, rotations, values, index, 0, length, within, improving);
    addExactly(state.squares, squares);
    putBack(state.scores, from, best);
    putBack(state.rotations, from, rotations);
  };
  const blocks = Math.ceil(size / BLOCK);
  if (state.locks === null) for (let block = 0; block < blocks; block++) updateBlock(block);
  else eachLocked(state.locks, blocks, index, updateBlock);
  log?.endStep();
}

/** Calls `work` for every block under its lock: those that are free first, starting somewhere else for every rotation. */
function eachLocked(locks: Int32Array, blocks: number, index: number, work: (block: number) => void): void {
  const first = (Math.imul(index, 0x9e3779b1) >>> 0) % blocks;
  let pending = Array.from({ length: blocks }, (_, k) => (first + k) % blocks);
  while (pending.length > 0) {
    const busy: number[] = [];
    for (const block of pending)
      if (!tryLock(locks, block)) busy.push(block);
      else guarded(locks, block, work);
    if (busy.length === pending.length) {
      const block = busy.pop()!;
      waitFor(locks, block);
      guarded(locks, block, work);
    }
    pending = busy;
  }
}

function guarded(locks: Int32Array, block: number, work: (block: number) => void): void {
  try {
    work(block);
  } finally {
    unlock(locks, block);
  }
}
