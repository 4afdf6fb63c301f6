import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type History, rotationSet } from "@rotoscope/core";
import { loadState, MaxScoreOverRotations, match, readArrow, saveState, writeArrow } from "rotoscope";
import { afterAll, beforeAll, expect, test } from "vitest";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";

const target = volumeOf(referenceFloats("target"));
const template = volumeOf(referenceFloats("template"));
const rotations = rotationSet({ angularSamplingDegrees: 50 });
const input = { target, template, rotations };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-search-history-"));
  // Test processes may be killed before they remove their temporary files.
  process.env.TMPDIR = folder;
});
afterAll(() => rm(folder, { recursive: true }));

function stepsOf(history: History | null): unknown[] {
  return Array.from({ length: history!.stepCount }, (_, k) => history!.step(k + 1));
}

test("a history that has no room in memory is the same from files, whatever the number of workers", async () => {
  const expected = await match({ ...input, workers: 1 });
  for (const [workers, historyMemory] of [
    [1, 0],
    [3, 0],
    [2, 100_000],
  ] as const) {
    const result = await match({ ...input, workers, historyMemory });
    expect(stepsOf(result.history)).toEqual(stepsOf(expected.history));
    const path = join(folder, "spilled.arrow");
    await writeArrow(path, result);
    const loaded = await readArrow(path, { historyMemory });
    expect(loaded.warnings).toEqual([]);
    expect(stepsOf(loaded.history)).toEqual(stepsOf(expected.history));
    for (const k of [0, 7, rotations.shape[0]!])
      expect(loaded.history!.at(k).scores).toEqual(expected.history!.at(k).scores);
  }
});

test("historyAbove keeps the exact maps above it at every step, in fewer entries, and the file says so", async () => {
  const above = 0.2;
  const all = await match(input);
  const result = await match({ ...input, historyAbove: above, workers: 3 });
  expect(result.scores.data).toEqual(all.scores.data);
  let compared = 0;
  for (let k = 0; k <= rotations.shape[0]!; k += 5) {
    const [part, whole] = [result.history!.at(k), all.history!.at(k)];
    whole.scores.data.forEach((score, voxel) => {
      if (!(score > above)) return;
      compared++;
      if (part.scores.data[voxel] !== score || part.rotations.data[voxel] !== whole.rotations.data[voxel])
        throw new Error(`step ${k}, voxel ${voxel}: ${part.scores.data[voxel]}, expected ${score}`);
    });
  }
  expect(compared).toBeGreaterThan(100);
  const entries = ({ history }: { history: History | null }): number =>
    stepsOf(history).reduce<number>((sum, step) => sum + (step as { voxel: Int32Array }).voxel.length, 0);
  expect(entries(result)).toBeLessThan(entries(all) / 2);
  const path = join(folder, "above.arrow");
  await writeArrow(path, result);
  const loaded = await readArrow(path);
  expect(loaded.history!.above).toBe(above);
  expect(loaded.warnings).toEqual([expect.stringContaining("improvements to scores above 0.2 alone")]);
});

test("a state that is saved by hand while the search runs is continued to the same bytes", async () => {
  const whole = await match({ ...input, workers: 2 });
  for (const done of [0, 10, 40]) {
    const path = join(folder, `at-${done}.state.arrow`);
    const search = match({ ...input, workers: 2 });
    while (search.progress.done < done && search.running) await new Promise((resolve) => setTimeout(resolve, 1));
    await saveState(path, search);
    search.stop();
    await search;
    const state = await loadState(path);
    const continued = await match({ ...input, workers: 3, resume: state });
    expect(continued.complete).toBe(true);
    expect(continued.scores.data).toEqual(whole.scores.data);
    expect(continued.rotations.data).toEqual(whole.rotations.data);
    expect(continued.meanSquare).toBe(whole.meanSquare);
    expect(stepsOf(continued.history)).toEqual(stepsOf(whole.history));
    expect(await readArrow<typeof state & { kind: "state" }>(path)).toMatchObject({ kind: "state", done: state.done });
  }
});

test("an analyzer's state is saved and continued by hand, with the analyzer's threshold", async () => {
  const analyzer = new MaxScoreOverRotations({ shape: [4, 5], scoreThreshold: 0.25 });
  const map = (k: number): Float32Array => Float32Array.from({ length: 20 }, (_, i) => Math.fround(Math.sin(i * k)));
  const matrix = (k: number): number[][] => [
    [Math.cos(k), -Math.sin(k)],
    [Math.sin(k), Math.cos(k)],
  ];
  const path = join(folder, "analyzer.state.arrow");
  const whole = analyzer.initState();
  let state = analyzer.initState();
  for (let k = 1; k < 9; k++) {
    const update = { scores: { data: map(k), shape: [4, 5], stride: [5, 1] }, rotationMatrix: matrix(k) };
    analyzer.update(whole, update);
    state = analyzer.update(state, update);
    if (k % 3 !== 0) continue;
    await saveState(path, analyzer, state);
    const loaded = await loadState(path);
    expect(loaded.scoreThreshold).toBe(0.25);
    state = loaded;
  }
  expect(analyzer.result(state)).toEqual(analyzer.result(whole));
});
