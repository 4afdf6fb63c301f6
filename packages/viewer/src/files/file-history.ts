import { openHistory } from "@rotoscope/arrow/reader";
import {
  type History,
  HistoryCursor,
  type HistoryStep,
  historyOf,
  ndarray,
  type VoxelCourse,
  voxelCourse,
} from "@rotoscope/core";
import type { RangeSource } from "./range-source.js";
import type { ResultFacts, Shape3 } from "./sliced-file.js";

/** The steps of a result that stands in a file. */
export interface FileHistory {
  readonly stepCount: number;
  /** Says what was not recorded. */
  readonly warnings: readonly string[];
  /** The maps after `step`, to be read at once: the next call changes them. */
  at(step: number): { readonly scores: Float32Array; readonly rotations: Int32Array; readonly maxScore: number };
  /** The steps that improved a voxel (flat index), ascending, and the score that each brought. */
  course(voxel: number): VoxelCourse;
}

/** A longer history is left to notebooks. */
const MOST_BYTES = 256 * 2 ** 20;
/** How long the page may stand still. */
const TURN_MS = 12;

/**
 * Reads the history of a result with the final maps `scores` and `rotations`. Rejects with a sentence for the user: it is too large, damaged, or another result's.
 * Leaves the page time for other things; `signal` ends it.
 */
export async function readFileHistory(
  source: RangeSource,
  result: ResultFacts,
  maps: { readonly scores: Float32Array; readonly rotations: Int32Array; readonly shape: Shape3 },
  signal: AbortSignal,
): Promise<FileHistory> {
  const { name, size } = source;
  if (size > MOST_BYTES)
    throw new Error(`${name} has ${Math.round(size / 2 ** 20)} MB: open it in a notebook, with readArrow and show.`);
  await source.holdWhole();
  await checkDigest(source, result.history!.sha256);
  const pause = turns(signal);
  const file = await openHistory(source, result.fileShape);
  if (file.cutOff || file.stepCount !== result.rotationCount)
    throw new Error(
      `${name} has ${file.stepCount} steps, the result ${result.rotationCount}: it was cut off, or is another's.`,
    );
  const steps: HistoryStep[] = [];
  for (let k = 1; k <= file.stepCount; k++) {
    const { voxel, score, rotation } = await file.readStep(k);
    steps.push({ voxel, score, rotation });
    await pause();
  }
  const history = historyOf(steps);
  const final = { scores: ndarray(maps.scores, maps.shape), rotations: ndarray(maps.rotations, maps.shape) };
  const cursor = new HistoryCursor(history, final);
  const maxScores = await highestOfSteps(history, cursor, result.scoreThreshold, pause);
  return {
    stepCount: file.stepCount,
    warnings:
      file.above > Number.NEGATIVE_INFINITY
        ? [`The steps show improvements to scores above ${file.above} alone: no others were recorded.`]
        : [],
    at(step) {
      cursor.moveTo(step);
      return { scores: cursor.scores, rotations: cursor.rotations, maxScore: maxScores[step]! };
    },
    course: (voxel) => voxelCourse(history, voxel, maps.scores[voxel]!, maps.rotations[voxel]!),
  };
}

/** Pages that didn't come by HTTPS or from this machine have no hash to compute; there the shape and the number of steps have to do. */
async function checkDigest({ name, size, read }: RangeSource, expected: string): Promise<void> {
  if (!globalThis.crypto?.subtle) return;
  const digest = await crypto.subtle.digest("SHA-256", (await read(0, size)) as BufferSource);
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== expected) throw new Error(`${name} belongs to another result, or has changed.`);
}

/** The highest score after each step 0 ... n; goes back to the first step, which makes later moves quick. */
async function highestOfSteps(
  history: History,
  cursor: HistoryCursor,
  scoreThreshold: number,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const highest = new Float32Array(history.stepCount + 1).fill(scoreThreshold);
  for (let k = history.stepCount; k >= 1; k--) {
    for (const voxel of history.step(k).voxel)
      if (cursor.scores[voxel]! > highest[k]!) highest[k] = cursor.scores[voxel]!;
    cursor.moveTo(k - 1);
    await pause();
  }
  for (let k = 1; k <= history.stepCount; k++) highest[k] = Math.max(highest[k]!, highest[k - 1]!);
  cursor.moveTo(history.stepCount);
  return highest;
}

/** Gives the page a turn when the last one is some time ago. */
function turns(signal: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    signal.throwIfAborted();
    if (performance.now() - last < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}
