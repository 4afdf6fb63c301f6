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
  expect(() => loaded.step(0)).toThrow("step: 0, expected an integer from 0 to 3");
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

test("a large history stays in its file and gives the same steps", async () => {
  const path = join(folder, "large.history.arrow");
  await writeHistory(path, history);
  const { stepCount, step, count } = await readHistory(path, { memory: 100 });
  expect([1, 2, 3].map((k) => step(k))).toEqual(steps);
  expect([1, 2, 3].map((k) => count!(k))).toEqual([3, 0, 1]);
  expect(stepCount).toBe(3);
  expect(() => step(4)).toThrow("step: 4, expected an integer from 0 to 3");
  const bytes = await readFile(path);
  const at = bytes.indexOf(Buffer.from(Float32Array.of(-0.25).buffer));
  await writeFile(path, bytes.fill(1, at, at + 1));
  expect(() => step(3)).toThrow("step 3 has changed since the history was opened");
  await rm(path);
  expect(() => step(1)).toThrow("large.history.arrow: can't be read");
});

test("an entry outside the map is refused, of a file that was cut off too", async () => {
  const path = join(folder, "stray.history.arrow");
  await writeHistory(path, history, { shape: [3, 3] });
  await expect(readHistory(path)).rejects.toThrow("stray.history.arrow: batch 0: voxel 9, expected 0 to 8");
  await writeHistory(path, history, { shape: [2, 5] });
  expect((await readHistory(path)).stepCount).toBe(3);
  await expect(readHistory(path, { shape: [5, 2] })).rejects.toThrow("of a map of [2, 5] voxels, expected [5, 2]");
  await writeHistory(path, { stepCount: 40, step: (k) => steps[k % 3]! }, { shape: [3, 3] });
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, Math.floor(whole.length * 0.4)));
  await expect(readHistory(path)).rejects.toThrow("voxel 9, expected 0 to 8");
  const rotation = { ...steps[0]!, rotation: Int32Array.of(-1, 1, -1) };
  await writeHistory(path, { stepCount: 1, step: () => rotation });
  await expect(readHistory(path)).rejects.toThrow("rotation 1, expected -1 to 0");
});

test("what was left out of a history is told by its file", async () => {
  const path = join(folder, "above.history.arrow");
  await writeHistory(path, { ...history, above: 0.25 });
  const { above, warnings } = await readHistory(path);
  expect(above).toBe(0.25);
  expect(warnings).toEqual([expect.stringContaining("has improvements to scores above 0.25 alone")]);
  await writeHistory(path, history);
  expect(await readHistory(path)).toMatchObject({ warnings: [] });
});
