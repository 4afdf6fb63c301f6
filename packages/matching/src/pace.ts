import { setTimeout as wait } from "node:timers/promises";
import type { Progress } from "./match-result.js";

/** How fast a search is, by its first rotations. */
export interface Pace {
  /** Rotations a second, of all workers together. */
  readonly rotationsPerSecond: number;
  /** What it had done, and how long it had taken in this run, set-up included, when that was known. */
  readonly done: number;
  readonly seconds: number;
}

const LOOK_EVERY_MS = 5;
/** How often workers hand something in, each, before the time is taken; less often where that takes long. */
const OFTEN = 4;
const LEAST_MS = 300;
const LONG_MS = 4000;

/** Rotations of each worker that aren't typical: code isn't optimised yet, and with a history nearly every voxel is logged. */
const SKIPPED = 2;
const SKIPPED_WITH_HISTORY = 10;

/** Times the first rotations of a search by `workers` threads, but for the very first ones. Null where it ends before. */
export async function timeFirstRotations(
  progress: () => Pick<Progress, "done">,
  running: () => boolean,
  workers: number,
  history: boolean,
): Promise<Pace | null> {
  const began = performance.now();
  const before = progress().done;
  let [last, changes] = [before, 0];
  let first: { readonly done: number; readonly at: number } | null = null;
  while (running()) {
    await wait(LOOK_EVERY_MS);
    const { done } = progress();
    // A worker that is replaced begins again.
    if (done < last) [last, changes, first] = [done, 0, null];
    if (done === last) continue;
    [last, changes] = [done, changes + 1];
    const at = performance.now();
    if (first === null) {
      if (done - before >= (history ? SKIPPED_WITH_HISTORY : SKIPPED) * workers) [first, changes] = [{ done, at }, 0];
      continue;
    }
    const taken = at - first.at;
    const enough = changes >= OFTEN * workers ? taken >= LEAST_MS : taken >= LONG_MS && changes >= workers;
    if (enough) return { rotationsPerSecond: (1000 * (done - first.done)) / taken, done, seconds: (at - began) / 1000 };
  }
  return null;
}
