import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type Peak, RotoscopeError } from "@rotoscope/core";
import type { ViewableResult } from "./viewable.js";

/** What the thread is given: a module that exports `findPeaks`, and what to call it with. */
export interface PeakSearch {
  readonly module: string;
  readonly result: Pick<ViewableResult, "scores" | "rotations">;
  readonly options: { readonly numPeaks: number; readonly minDistance: number };
}

/** Calls the `findPeaks` of `module` in a thread. Rejects with what it throws, a `RotoscopeError` (`environment`) when the thread ends without an answer. */
export async function findPeaksInThread(
  { scores, rotations }: ViewableResult,
  options: PeakSearch["options"],
  module: string = import.meta.resolve("@rotoscope/core"),
): Promise<readonly Peak[]> {
  const maps: PeakSearch["result"] = {
    scores: { ...scores, data: await sendable(scores.data) },
    rotations: { ...rotations, data: await sendable(rotations.data) },
  };
  const workerData: PeakSearch = { module, result: maps, options };
  const transferList = [maps.scores.data.buffer, maps.rotations.data.buffer].filter(
    (buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer,
  );
  const worker = new Worker(new URL("./peak-worker.js", import.meta.url), { workerData, transferList, execArgv: [] });
  try {
    return await new Promise<readonly Peak[]>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", (code) =>
        reject(new RotoscopeError("environment", `the thread that looks for peaks ended with code ${code}`)),
      );
    });
  } finally {
    void worker.terminate();
  }
}

/** A copy to be handed over, made in a turn of its own; memory that threads share needs none. */
async function sendable<T extends Float32Array | Int32Array>(values: T): Promise<T> {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  await nextTurn();
  return values.slice() as T;
}
