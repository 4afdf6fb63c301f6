import { parentPort } from "node:worker_threads";
import { ImprovementLog, MaxScoreOverRotations, ndarray } from "@rotoscope/core";
import { FlcSphericalMask } from "./flc-spherical-mask.js";
import { prepareTarget } from "./prepared-target.js";
import type { ScannedReply, ScanTask, WorkerReply, WorkerTask } from "./worker-messages.js";

parentPort?.on("message", (task: WorkerTask) => {
  const reply: WorkerReply =
    task.type === "prepare" ? { type: "prepared", prepared: prepareTarget(task.options) } : scan(task);
  parentPort?.postMessage(reply);
});

function scan(task: ScanTask): ScannedReply {
  const { prepared, matrices, dimensions, firstEqual, from, to, control, maxScores, worker } = task;
  const shape = dimensions === 2 ? prepared.shape.slice(1) : [...prepared.shape];
  const analyzer = new MaxScoreOverRotations({ shape, scoreThreshold: task.scoreThreshold });
  const { state } = task;
  const engine = new FlcSphericalMask(prepared, ndarray(task.template, prepared.templateShape), task.mask);
  const log = task.history ? new ImprovementLog() : undefined;
  const matrix = (index: number): Float32Array =>
    matrices.slice(index * dimensions ** 2, (index + 1) * dimensions ** 2);
  let next = from;
  for (; next < to && Atomics.load(control, 0) === 0; next += 2) {
    const pair = [next, next + 1].filter((index) => index < to);
    const maps = engine.scorePair(matrix(next), pair.length === 2 ? matrix(next + 1) : null);
    pair.forEach((rotationIndex, member) => {
      const scores = ndarray(maps[member]!, shape);
      if (firstEqual[rotationIndex] === rotationIndex)
        analyzer.update(state, { scores, rotationMatrix: matrix(rotationIndex), rotationIndex }, log);
      else log?.endStep();
    });
    maxScores[worker] = state.scores.data.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
    Atomics.add(control, 1 + worker, pair.length);
  }
  for (; next < to; next++) log?.endStep();
  return { type: "scanned", worker, improvements: log?.entries() ?? null };
}
