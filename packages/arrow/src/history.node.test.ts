import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryStep } from "@rotoscope/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { historyPath, readHistory, writeHistory } from "./history.node.js";

const steps: HistoryStep[] = [
  { voxel: Int32Array.of(0, 5, 9), score: Float32Array.of(0, 0, 0), rotation: Int32Array.of(-1, -1, -1) },
  { voxel: new Int32Array(0), score: new Float32Array(0), rotation: new Int32Array(0) },
  { voxel: Int32Array.of(5), score: Float32Array.of(-0.25), rotation: Int32Array.of(0) },
];
const history = { stepCount: 3, step: (k: number): HistoryStep => steps[k - 1]! };

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-history-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a history comes back step by step, empty steps too", async () => {
  const path = historyPath(join(folder, "run.arrow"));
  const reference = await writeHistory(path, history);
  expect(reference).toEqual({ file: "run.history.arrow", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await readdir(folder)).toEqual(["run.history.arrow"]);
  const loaded = await readHistory(path, reference);
  expect(loaded.stepCount).toBe(3);
  expect([1, 2, 3].map((k) => loaded.step(k))).toEqual(steps);
  expect(() => loaded.step(0)).toThrow("step 0, there are 1 to 3");
});

test("a history without steps is a file too", async () => {
  const path = join(folder, "empty.history.arrow");
  await writeHistory(path, { stepCount: 0, step: history.step });
  expect((await readHistory(path)).stepCount).toBe(0);
});

test("what is whole of a history that was cut off is read, and says so", async () => {
  const path = join(folder, "cut.history.arrow");
  const many = { stepCount: 40, step: (k: number): HistoryStep => steps[k % 3]! };
  const reference = await writeHistory(path, many);
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, Math.floor(whole.length * 0.4)));
  const { stepCount, step, warnings } = await readHistory(path);
  expect(stepCount).toBeGreaterThan(10);
  expect(stepCount).toBeLessThan(40);
  for (let k = 1; k <= stepCount; k++) expect(step(k)).toEqual(many.step(k));
  expect(warnings).toEqual([`cut.history.arrow was cut off: ${stepCount} of its 40 steps are whole`]);
  await expect(readHistory(path, reference)).rejects.toThrow(`cut off: ${stepCount} of its 40 steps`);
  await writeFile(path, whole.subarray(0, 100));
  await expect(readHistory(path)).rejects.toMatchObject({ code: "file" });
});

test("another result's history is refused", async () => {
  const path = join(folder, "other.history.arrow");
  await writeHistory(path, history);
  const sha256 = "00".repeat(32);
  await expect(readHistory(path, { sha256 })).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining(sha256),
  });
});

test("columns of different lengths aren't written", async () => {
  const path = join(folder, "bad.history.arrow");
  const bad = { stepCount: 1, step: () => ({ ...steps[0]!, score: new Float32Array(2) }) };
  await expect(writeHistory(path, bad)).rejects.toThrow("step 1: 3 voxels, 2 scores");
  expect(await readdir(folder)).toEqual([]);
});
