import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { loadState } from "@rotoscope/arrow";
import { rotationSet } from "@rotoscope/core";
import { type MatchResult, match, type Search } from "@rotoscope/matching";
import { afterEach, beforeEach, expect, test } from "vitest";
import { referenceFloats, volumeOf } from "./reference-maps.js";

const target = volumeOf(referenceFloats("target"));
const template = volumeOf(referenceFloats("template"));
const rotations = rotationSet({ angularSamplingDegrees: 12 });
const options = { target, template, rotations, workers: 2 };

let alive: Set<Worker>;
const keep = (worker: Worker): void => {
  alive.add(worker);
  worker.once("exit", () => alive.delete(worker));
};

beforeEach(() => {
  alive = new Set();
  process.on("worker", keep);
});
afterEach(() => {
  process.off("worker", keep);
});

function bytesOf({ scores, rotations: winners, history, meanSquare }: MatchResult): string {
  const steps = history ? Array.from({ length: history.stepCount }, (_, k) => history.step(k + 1)) : [];
  const hash = createHash("sha256").update(String(meanSquare));
  const arrays = [scores.data, winners.data, ...steps.flatMap((step) => [step.voxel, step.score, step.rotation])];
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex");
}

async function until(search: Search, done: number): Promise<void> {
  while (search.running && search.progress.done < done) await wait(2);
}

test.each([false, true])("a worker that dies is replaced and changes nothing (history: %s)", async (history) => {
  const whole = await match({ ...options, history });
  const search = match({ ...options, history });
  for (const done of [200, 700]) {
    await until(search, done);
    await [...alive].at(-1)!.terminate();
  }
  const result = await search;
  expect(bytesOf(result)).toBe(bytesOf(whole));
  expect(result.complete).toBe(true);
  const replaced = result.warnings.filter((warning) => /worker \d ended after \d+ of its \d+ rotations/.test(warning));
  expect(replaced.length).toBe(2);
  expect(search.progress.done).toBe(rotations.shape[0]);
});

test("a thread that dies while it prepares the target is replaced too", async () => {
  const whole = await match({ ...options, history: false });
  const search = match({ ...options, history: false });
  while (alive.size === 0) await wait(1);
  await [...alive][0]!.terminate();
  const result = await search;
  expect(bytesOf(result)).toBe(bytesOf(whole));
  expect(result.warnings.join()).toMatch(/prepared again/);
});

test("deaths, a saved state and a resumed search give the same bytes as neither", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rotoscope-death-"));
  try {
    const whole = await match(options);
    const checkpoint = { path: join(folder, "state.arrow"), everySeconds: 0.05 };
    const search = match({ ...options, checkpoint });
    await until(search, 500);
    await [...alive][0]!.terminate();
    await wait(100);
    search.stop();
    expect((await search).complete).toBe(false);
    const resume = await loadState(checkpoint.path);
    expect(resume.done.length).toBeGreaterThan(0);
    expect(bytesOf(await match({ ...options, resume }))).toBe(bytesOf(whole));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("workers that keep dying end the search with an error that says where", async () => {
  const killer = setInterval(() => {
    for (const worker of alive) void worker.terminate();
  }, 1);
  try {
    await expect(match({ ...options, history: false })).rejects.toMatchObject({
      code: "environment",
      message: expect.stringMatching(
        /(preparing the target|worker \d, after \d+ of its \d+ rotations).*ended \(exit code \d\)/,
      ),
    });
  } finally {
    clearInterval(killer);
  }
});
