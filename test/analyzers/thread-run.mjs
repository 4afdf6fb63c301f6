import { parentPort, workerData } from "node:worker_threads";
import { MaxScoreOverRotations } from "@rotoscope/core";
import { scoresOf } from "./thread-scores.mjs";

/** Takes its share of the updates into the shared state, in an order of its own. */
const { options, state, pool, updates, worker, workers, numbered } = workerData;
const analyzer = new MaxScoreOverRotations(options);
const mine = Array.from({ length: updates }, (_, k) => k).filter((k) => k % workers === worker);
mine.sort((a, b) => Math.imul(a + worker, 0x9e3779b1) - Math.imul(b + worker, 0x9e3779b1));
for (const k of mine)
  analyzer.update(state, {
    scores: scoresOf(pool, k, options.shape),
    rotationMatrix: Float32Array.of(k + 1),
    ...(numbered ? { rotationIndex: k } : {}),
  });
parentPort.postMessage("done");
