import type { Worker } from "node:worker_threads";
import { RotoscopeError } from "@rotoscope/core";
import type { WorkerReply, WorkerTask } from "./worker-messages.js";

/** Gives a worker one task and waits for its reply. Rejects with what the worker threw, or with a `RotoscopeError` (`environment`) when it ended. */
export function askWorker(worker: Worker, task: WorkerTask): Promise<WorkerReply> {
  return new Promise<WorkerReply>((resolve, reject) => {
    const ended = (code: number): void =>
      reject(new RotoscopeError("environment", `a worker thread ended (exit code ${code}) before its work was done`));
    worker.once("error", reject).once("exit", ended);
    worker.once("message", (reply: WorkerReply) => {
      worker.off("error", reject).off("exit", ended);
      resolve(reply);
    });
    worker.postMessage(task);
  });
}
