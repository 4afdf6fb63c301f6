import { sizeOf } from "@rotoscope/core";
import { engineBytes } from "@rotoscope/wasm";
import type { ScoreBox } from "./extend-target.js";
import { engineWork, type PrepareOptions } from "./prepared-target.js";

/** The most that a WebAssembly memory holds. */
export const MOST_ENGINE_BYTES: number = 2 ** 32;
/** What a thread takes beside what it works on, and what the calling thread adds for the search: measured. */
const THREAD_BYTES = 6e6;
const PROCESS_BYTES = 40e6;
/**
 * Per voxel of the whole map: the target for all threads (4 bytes), scores and rotations (8), local deviations (4). Per voxel of a piece: its factors (8) and, where there are several, its
 * scores and rotations while they are gathered (8). Measured with VmHWM.
 */
const BYTES_PER_VOXEL = 16;
const BYTES_PER_PIECE_VOXEL = 8;
const GATHERED_BYTES = 8;
const IMPROVEMENT_BYTES = 12;
const LOGGED_BYTES = 8;

/** What a search needs memory for. */
export interface MemoryOptions {
  readonly prepare: PrepareOptions;
  readonly workers: number;
  readonly rotations: number;
  /** Record a history, with at most so many bytes in memory. */
  readonly history: boolean;
  readonly historyMemory: number;
}

/** Bytes of the memory that the threads share for the piece in `box`. */
export function engineBytesOf({ prepare, workers }: MemoryOptions, box: ScoreBox): number {
  return engineBytes(engineWork({ ...prepare, box }), workers);
}

/** Bytes that a search in pieces, the largest of which is `box`, adds at its peak to what the process has. */
export function searchBytes(options: MemoryOptions, box: ScoreBox): number {
  const [whole, piece] = [sizeOf(options.prepare.shape), sizeOf(box.shape)];
  return (
    engineBytesOf(options, box) +
    BYTES_PER_VOXEL * whole +
    (BYTES_PER_PIECE_VOXEL + (piece < whole ? GATHERED_BYTES : 0)) * piece +
    THREAD_BYTES * options.workers +
    PROCESS_BYTES +
    historyBytes(options)
  );
}

/** Bytes of a history in memory, at most: noise improves a voxel above 0, the default threshold, about ln n - 0.1 times in n rotations, for large n. */
export function historyBytes({ prepare, workers, rotations, history, historyMemory }: MemoryOptions): number {
  if (!history) return 0;
  const times = (count: number): number => Math.log(Math.max(1, count)) + 0.577 - Math.LN2 * (1 - 2 ** -count);
  const voxels = sizeOf(prepare.shape);
  const joined = IMPROVEMENT_BYTES * voxels * times(rotations);
  const logged = LOGGED_BYTES * voxels * workers * times(rotations / workers);
  return Math.min(joined, historyMemory) + Math.min(logged, historyMemory);
}
