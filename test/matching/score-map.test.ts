import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArrow, writeArrow } from "@rotoscope/arrow";
import { ndarray, rotationSet, type Volume } from "@rotoscope/core";
import { type MatchResult, match, stepThrough } from "@rotoscope/matching";
import { describe, expect, test } from "vitest";
import { referenceFloats, volumeOf } from "./reference-maps.js";

const target = volumeOf(referenceFloats("target"));
const template = volumeOf(referenceFloats("template"));
const rotations = rotationSet({ angularSamplingDegrees: 70 });
const count = rotations.shape[0]!;

interface Stepper {
  readonly rotationCount: number;
  scoreMap(
    k: number,
    signal?: AbortSignal,
  ): Promise<{ readonly data: Float32Array; readonly shape: readonly number[] }>;
}

/** The best of all score maps, one by one in this order, and who gave it. */
async function bestOf(stepper: Stepper, order: readonly number[], size: number) {
  const scores = new Float32Array(size);
  const winners = new Int32Array(size).fill(-1);
  for (const k of order) {
    const { data } = await stepper.scoreMap(k);
    data.forEach((score, voxel) => {
      if (!(score > scores[voxel]! || (score === scores[voxel] && k < winners[voxel]!))) return;
      scores[voxel] = score;
      winners[voxel] = k;
    });
  }
  return { scores, winners };
}

function expectSame(result: MatchResult, best: Awaited<ReturnType<typeof bestOf>>): void {
  expect(best.scores).toEqual(result.scores.data);
  expect(best.winners).toEqual(result.rotations.data);
}

describe("the score map of one rotation", () => {
  test("has the same bits as in the search, in any order, after it has ended", async () => {
    const search = match({ target, template, rotations, history: false, workers: 2 });
    const result = await search;
    const backwards = Array.from({ length: count }, (_, k) => count - 1 - k);
    expectSame(result, await bestOf(search, backwards, result.scores.data.length));
    expect(search.rotationCount).toBe(count);
    expect((await search.scoreMap(3)).shape).toEqual(target.shape);
  });

  test("is there while the search runs", async () => {
    const many = rotationSet({ angularSamplingDegrees: 6 });
    const search = match({ target, template, rotations: many, history: false, workers: 1 });
    const early = await search.scoreMap(17);
    expect(search.running).toBe(true);
    search.stop();
    await search;
    expect(await search.scoreMap(17)).toEqual(early);
  });

  test("is 2-D in a 2-D search", async () => {
    const plane = (volume: Volume): Volume => {
      const [, height, width] = volume.shape as [number, number, number];
      return { ...volume, ...ndarray(volume.data.slice(0, height * width), [1, height, width]) };
    };
    const search = match({ target: plane(target), template: plane(template), history: false, workers: 1 });
    const result = await search;
    const all = Array.from({ length: search.rotationCount }, (_, k) => k);
    expectSame(result, await bestOf(search, all, result.scores.data.length));
    expect((await search.scoreMap(0)).shape).toEqual(target.shape.slice(1));
  });

  test("can be had for a result from a file, given its inputs", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rotoscope-step-"));
    try {
      const options = { target, template, rotations, padEdges: false, minLocalStd: 0.5 };
      const result = await match({ ...options, history: false });
      await writeArrow(join(folder, "result.arrow"), result);
      const stepper = stepThrough(await readArrow(join(folder, "result.arrow")), { target, template });
      const all = Array.from({ length: stepper.rotationCount }, (_, k) => k);
      expectSame(result, await bestOf(stepper, all, result.scores.data.length));
      expect(() => stepThrough(result, { target: template, template })).toThrow(/target: shape \[7, 8, 9\]/);
      const mask = ndarray(new Float32Array(template.data.length).fill(1), template.shape);
      expect(() => stepThrough(result, { target, template, mask })).toThrow(/mask: its weights add up to 504/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("can be given up, before and while it is computed", async () => {
    const search = match({ target, template, rotations, history: false });
    const gone = { code: "aborted", message: "the score map of rotation 2 was given up" };
    await expect(search.scoreMap(2, AbortSignal.abort())).rejects.toMatchObject(gone);
    const controller = new AbortController();
    const [under, queued] = [search.scoreMap(4), search.scoreMap(2, controller.signal)];
    controller.abort();
    await expect(queued).rejects.toMatchObject(gone);
    expect(await search.scoreMap(4)).toEqual(await under);
  });

  test("is refused for a rotation that isn't one", async () => {
    const search = match({ target, template, rotations, history: false });
    for (const k of [-1, count, 0.5])
      await expect(search.scoreMap(k)).rejects.toMatchObject({
        code: "argument",
        message: `rotation: ${k}, expected an integer from 0 to ${count - 1}`,
      });
    await search;
  });

  test("comes back after its thread has died", async () => {
    const search = match({ target, template, rotations, history: false });
    await search;
    const started: import("node:worker_threads").Worker[] = [];
    const keep = (worker: import("node:worker_threads").Worker): number => started.push(worker);
    process.on("worker", keep);
    try {
      const before = await search.scoreMap(5);
      await started[0]!.terminate();
      expect(await search.scoreMap(5)).toEqual(before);
      expect(started.length).toBe(2);
    } finally {
      process.off("worker", keep);
    }
  });
});
