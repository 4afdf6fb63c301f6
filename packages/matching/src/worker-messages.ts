import type { LoggedImprovements } from "@rotoscope/core";
import type { EngineShare } from "@rotoscope/wasm";
import type { ScoreBox } from "./extend-target.js";
import type { PrepareOptions } from "./prepared-target.js";

/** Asks a worker to compute what all of them share. */
export interface PrepareTask {
  readonly type: "prepare";
  readonly options: PrepareOptions;
  readonly template: Float32Array;
  readonly scoreThreshold: number;
  readonly workers: number;
}

/** Asks a worker to score the rotations `from` ... `to` - 1; `from` is even. */
export interface ScanTask {
  readonly type: "scan";
  readonly share: EngineShare;
  /** All matrices, n x d x d. */
  readonly matrices: Float32Array;
  readonly dimensions: 2 | 3;
  /** Per rotation the index of the first byte-equal one; those that aren't the first are skipped. */
  readonly firstEqual: Int32Array;
  readonly from: number;
  readonly to: number;
  readonly history: boolean;
  /** Improvements to scores that aren't above it are left out of the history. */
  readonly historyAbove: number;
  /** Highest overlaps and denominators, `MAXIMA` per rotation, in memory that threads share; null where scoring needs none from outside the piece. */
  readonly maxima: Float32Array | null;
  /** Don't score: raise `maxima` to what this piece has. */
  readonly survey: boolean;
  /** They were taken into the maps by an earlier run: only their score maps are wanted. */
  readonly again: boolean;
  /** Give the score maps too: in memory of their own, or in memory that threads share. */
  readonly maps: "none" | "own" | "shared";
  /** The piece of the score map that is scanned, and the shape of the whole map: a history counts voxels there. */
  readonly box: ScoreBox;
  readonly shape: readonly [number, number, number];
  /** [0]: not 0 = stop. [1 + worker]: rotations done. */
  readonly control: Int32Array;
  /** [worker]: highest score so far. */
  readonly maxScores: Float32Array;
  readonly worker: number;
}

/** Asks a worker for the score maps of one or two rotations, 2k and 2k + 1. */
export interface ScoreMapsTask {
  readonly type: "scoreMaps";
  readonly share: EngineShare;
  /** One or two, n x d x d. */
  readonly matrices: Float32Array;
  readonly dimensions: 2 | 3;
  /** As in `ScanTask`, for these rotations; a survey gives no maps. */
  readonly maxima: Float32Array | null;
  readonly survey: boolean;
}

/** Asks a worker for the best of the first `workers` workers' maps, `size` voxels each. */
export interface GatherTask {
  readonly type: "gather";
  readonly share: EngineShare;
  readonly workers: number;
  readonly size: number;
}

export type WorkerTask = PrepareTask | ScanTask | ScoreMapsTask | GatherTask;

export interface PreparedReply {
  readonly type: "prepared";
  /** The memory of the search, with a state per worker that the main thread reads meanwhile. */
  readonly share: EngineShare;
  /** Local standard deviation over the target's, per voxel. */
  readonly relativeStd: Float32Array;
}

export interface ScannedReply {
  readonly type: "scanned";
  readonly worker: number;
  /** How far it got: the rotation after the last one that it scored. */
  readonly end: number;
  /** Sum of the squares of each rotation's scores; 0 for those left out. */
  readonly squares: Float64Array;
  /** One step per rotation of the chunk, also of those that were not reached. */
  readonly improvements: LoggedImprovements | null;
  /** Per rotation its score map, C order of the piece; none when not asked for. */
  readonly maps: readonly Float32Array[];
}

export interface ScoreMapsReply {
  readonly type: "scoreMaps";
  /** Per rotation its scores, C order of z, y, x. */
  readonly maps: readonly Float32Array[];
}

export interface GatheredReply {
  readonly type: "gathered";
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
}
