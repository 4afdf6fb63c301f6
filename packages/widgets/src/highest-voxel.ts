import type { Pausable } from "@rotoscope/core";

/** Voxels between two pauses. */
export const PAUSE_EVERY: number = 2 ** 19;

/** The flat index of the highest score; the first one of equals, 0 where there is none. */
export function* highestVoxel(scores: Float32Array): Pausable<number> {
  let highest = 0;
  for (let from = 0; from < scores.length; from += PAUSE_EVERY) {
    const end = Math.min(scores.length, from + PAUSE_EVERY);
    for (let voxel = from; voxel < end; voxel++)
      if (scores[voxel]! > scores[highest]! || Number.isNaN(scores[highest]!)) highest = voxel;
    yield;
  }
  return highest;
}
