import type { Worker } from "node:worker_threads";
import { RotoscopeError } from "@rotoscope/core";

/** Gives a worker one task and waits for its reply. Rejects with what the worker threw, or with a `RotoscopeError` (`environment`) when it ended, be it before it was asked. */
export function askWorker<Reply>(worker: Worker, task: object): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(
        new RotoscopeError(
          "environment",
          `a worker thread ended ${code === null ? "" : `(exit code ${code}) `}before its work was done`,
        ),
      );
    // One that ended while nobody listened: its event is gone, and it would never reply.
    if (worker.threadId === -1) {
      ended(null);
      return;
    }
    worker.once("error", reject).once("exit", ended);
    worker.once("message", (reply: Reply) => {
      worker.off("error", reject).off("exit", ended);
      resolve(reply);
    });
    worker.postMessage(task);
  });
}
