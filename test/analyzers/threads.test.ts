import { Worker } from "node:worker_threads";
import { type AnalyzerResult, MaxScoreOverRotations, type MaxScoreState, sizeOf, sumValue } from "@rotoscope/core";
import { describe, expect, test } from "vitest";
import { scorePool, scoresOf } from "./thread-scores.mjs";

const options = { shape: [22, 60, 60], sharedMemory: true };
const pool = scorePool(sizeOf(options.shape)) as Float32Array;

/** Runs `updates` updates of one shared state from `workers` threads. */
async function run(workers: number, updates: number, numbered: boolean): Promise<[AnalyzerResult, MaxScoreState]> {
  const analyzer = new MaxScoreOverRotations(options);
  const state = analyzer.initState();
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const workerData = { options, state, pool, updates, worker, workers, numbered };
      const thread = new Worker(new URL("thread-run.mjs", import.meta.url), { workerData });
      await new Promise((resolve, reject) => {
        thread.once("message", resolve);
        thread.once("error", reject);
      });
      await thread.terminate();
    }),
  );
  return [analyzer.result(state), state];
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

describe("a state that threads share", () => {
  test("loses no maximum of 10,000 updates by 8 threads: the same bytes as one thread, ties included", {
    timeout: 300_000,
  }, async () => {
    const [[many, manyState], [one, oneState]] = [await run(8, 10_000, true), await run(1, 10_000, true)];
    expect(bytesOf(many.scores.data).equals(bytesOf(one.scores.data))).toBe(true);
    expect(bytesOf(many.rotations.data).equals(bytesOf(one.rotations.data))).toBe(true);
    expect(sumValue(manyState.squares)).toBe(sumValue(oneState.squares));
    expect(many.meanSquare).toBe(one.meanSquare);
    expect(many.rotationMapping.size).toBe(10_000);
    const best = new Float32Array(sizeOf(options.shape));
    const winner = new Int32Array(best.length).fill(-1);
    for (let k = 0; k < 10_000; k++) {
      const { data } = scoresOf(pool, k, options.shape) as { data: Float32Array };
      for (let voxel = 0; voxel < best.length; voxel++)
        if (data[voxel]! > best[voxel]!) {
          best[voxel] = data[voxel]!;
          winner[voxel] = k;
        }
    }
    expect(bytesOf(one.scores.data).equals(bytesOf(best))).toBe(true);
    expect(bytesOf(one.rotations.data).equals(bytesOf(winner))).toBe(true);
  });

  test("numbers rotations without repeats when the threads leave that to it", async () => {
    const [{ scores, rotations, rotationMapping }] = await run(4, 200, false);
    expect([...rotationMapping.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, k) => k));
    expect(new Set([...rotationMapping.values()].map(([k]) => k)).size).toBe(200);
    for (let voxel = 0; voxel < scores.data.length; voxel += 97) {
      const update = rotationMapping.get(rotations.data[voxel]!)![0]! - 1;
      expect((scoresOf(pool, update, options.shape) as { data: Float32Array }).data[voxel]).toBe(scores.data[voxel]);
    }
  });
});
