import type { LoggedImprovements, MaxScoreState } from "@rotoscope/core";
import type { PreparedTarget, PrepareOptions } from "./prepared-target.js";

/** Asks a worker to compute what all of them share. */
export interface PrepareTask {
  readonly type: "prepare";
  readonly options: PrepareOptions;
}

/** Asks a worker to score the rotations `from` ... `to` - 1; `from` is even. */
export interface ScanTask {
  readonly type: "scan";
  readonly prepared: PreparedTarget;
  readonly template: Float32Array;
  readonly mask: Float32Array;
  /** All matrices, n x d x d. */
  readonly matrices: Float32Array;
  readonly dimensions: 2 | 3;
  /** Per rotation the index of the first byte-equal one; those that aren't the first are skipped. */
  readonly firstEqual: Int32Array;
  readonly from: number;
  readonly to: number;
  readonly scoreThreshold: number;
  readonly history: boolean;
  /** This worker's state, in shared memory that the main thread reads meanwhile. */
  readonly state: MaxScoreState;
  /** [0]: not 0 = stop. [1 + worker]: rotations done. */
  readonly control: Int32Array;
  /** [worker]: highest score so far. */
  readonly maxScores: Float32Array;
  readonly worker: number;
}

export type WorkerTask = PrepareTask | ScanTask;

export interface PreparedReply {
  readonly type: "prepared";
  readonly prepared: PreparedTarget;
}

export interface ScannedReply {
  readonly type: "scanned";
  readonly worker: number;
  /** One step per rotation of the chunk, also of those that were not reached. */
  readonly improvements: LoggedImprovements | null;
}

export type WorkerReply = PreparedReply | ScannedReply;
