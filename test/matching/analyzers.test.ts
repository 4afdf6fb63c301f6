import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Worker } from "node:worker_threads";
import { loadState } from "@rotoscope/arrow";
import * as plain from "@rotoscope/core";
import { ndarray, rotationSet } from "@rotoscope/core";
import { type Analyzer, type AnalyzerInput, match, type RotationScores, type Search } from "@rotoscope/matching";
import {
  MaxScoreOverRotations,
  MaxScoreOverRotationsConstrained,
  MaxScoreOverTranslations,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerSort,
} from "@rotoscope/wasm";
import { beforeAll, describe, expect, test } from "vitest";
import { referenceFloats, volumeOf } from "./reference-maps.js";

const target = volumeOf(referenceFloats("target"));
const template = volumeOf(referenceFloats("template"));
const { shape } = target;
const list = rotationSet({ angularSamplingDegrees: 60 });
const count = list.shape[0]!;

const constrained = {
  shape,
  positions: [
    [9, 11, 10],
    [4, 5, 16],
  ],
  rotations: [
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [0, -1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ],
  ],
  coneAngle: 60,
  acceptanceRadius: 4,
};
const ours = () =>
  [
    new MaxScoreOverRotations({ shape, scoreThreshold: 0.1 }),
    new MaxScoreOverRotationsConstrained(constrained),
    new MaxScoreOverTranslations({ shape, nRotations: count }),
    new PeakCallerMaximumFilter({ shape, numPeaks: 20, minDistance: 3 }),
    new PeakCallerSort({ shape, numPeaks: 20 }),
    new PeakCallerRecursiveMasking({ shape, numPeaks: 5, mask: ndarray(new Float32Array(27).fill(1), [3, 3, 3]) }),
    new plain.PeakCallerFast({ shape, numPeaks: 7, minDistance: 4 }),
  ] as const;

/** By hand, from the score maps one by one. */
async function byHand(search: Search, analyzers: readonly Analyzer[], rotations = list): Promise<unknown[]> {
  const states = analyzers.map((analyzer) => analyzer.initState());
  for (let k = 0; k < rotations.shape[0]!; k++) {
    const rotationMatrix = rotations.data.slice(k * 9, k * 9 + 9);
    for (const [at, analyzer] of analyzers.entries())
      states[at] = await analyzer.update(states[at], {
        scores: (await search.scoreMap(k)) as RotationScores["scores"],
        rotationMatrix,
        rotationIndex: k,
      });
  }
  return analyzers.map((analyzer, at) => analyzer.result(states[at]));
}

/** Results without what holds no value, such as buffers that are longer than what is in them. */
function values(results: readonly unknown[]): string {
  return JSON.stringify(results, (_, value: unknown) => {
    if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
    return value instanceof Map ? [...value] : value;
  });
}

describe("several analyzers in one search", () => {
  let expected = "";
  beforeAll(async () => {
    const search = match({ target, template, rotations: list, history: false });
    await search;
    expected = values(await byHand(search, ours()));
  });

  test.each([1, 2, 3, 8])("give what they give by hand, with %i workers", async (workers) => {
    const result = await match({ target, template, rotations: list, workers, analyzers: ours() });
    expect(values(result.analyzers)).toBe(expected);
    const whole = await match({ target, template, rotations: list, workers });
    expect(result.scores).toEqual(whole.scores);
    expect(result.rotations).toEqual(whole.rotations);
    expect(result.meanSquare).toBe(whole.meanSquare);
    for (const k of [1, 20, count]) expect(result.history!.step(k)).toEqual(whole.history!.step(k));
    const [best] = result.analyzers;
    const [scores, , rotations, mapping] = best;
    expect(scores).toBe(best.scores);
    expect((mapping as Map<number, Float32Array>).size).toBe(count);
    expect(rotations.data.length).toBe(best.scores.data.length);
  });

  test("give the same when a worker dies", async () => {
    const started: Worker[] = [];
    const keep = (worker: Worker): number => started.push(worker);
    process.on("worker", keep);
    try {
      const slow: Analyzer<number, number> = {
        initState: () => 0,
        update: async (seen) => {
          await wait(4);
          return seen + 1;
        },
        result: (seen) => seen,
      };
      const search = match({ target, template, rotations: list, workers: 2, analyzers: [...ours(), slow] });
      while (search.running && search.progress.done < 20) await wait(2);
      await started.at(-1)!.terminate();
      const { analyzers, warnings } = await search;
      expect(values(analyzers.slice(0, -1))).toBe(expected);
      expect(analyzers.at(-1)).toBe(count);
      expect(warnings.join()).toMatch(/it was replaced/);
    } finally {
      process.off("worker", keep);
    }
  });
});

describe("a thread of an analyzer that dies", () => {
  test("is replaced, at work or idle, by one that comes to the same result", async () => {
    const plainly = await match({ target, template, rotations: list, workers: 2, analyzers: ours() });
    const threads: Worker[] = [];
    const keep = (worker: Worker): number => threads.push(worker);
    process.on("worker", keep);
    try {
      let kills = 0;
      const slow: Analyzer<number, number> = {
        initState: () => 0,
        update: async (seen, { rotationIndex }) => {
          // The analyzers' threads are the first to be started, in their order.
          if (rotationIndex === 9 || rotationIndex === 20) kills += await threads[rotationIndex % 3]!.terminate();
          await wait(1);
          return seen + 1;
        },
        result: (seen) => seen,
      };
      const { analyzers, warnings } = await match({
        ...{ target, template, rotations: list, workers: 2 },
        analyzers: [...ours(), slow],
      });
      expect(kills).toBe(2);
      expect(values(analyzers.slice(0, -1))).toBe(values(plainly.analyzers));
      expect(analyzers.at(-1)).toBe(count);
      expect(
        warnings.filter((warning) => /^analyzers\[\d\].*its thread ended after \d+ rotations/.test(warning)).length,
      ).toBe(2);
    } finally {
      process.off("worker", keep);
    }
  });

  test("again and again ends the search with an error that names it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rotoscope-module-"));
    try {
      const module = join(folder, "deadly.mjs");
      await writeFile(
        module,
        "export default { initState() { return 0; }, update(state) { if (state === 7) process.exit(3); return state + 1; }, result() {} };",
      );
      await expect(match({ target, template, rotations: list, analyzers: [module] })).rejects.toMatchObject({
        code: "environment",
        message: expect.stringMatching(
          /^analyzers\[0\] .*deadly\.mjs\) at rotation 7: a worker thread ended \(exit code 3\)/,
        ),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("analyzers of a search with a background", () => {
  const options = { target, template, rotations: list, backgroundSeed: 4, scoreThreshold: 0.05 };

  test("have it taken off as the search has", async () => {
    const uncorrecting = { initState: () => 0, update: (seen: number) => seen + 1, result: (seen: number) => seen };
    const means: number[] = [];
    const own: Analyzer<number, number> = {
      ...uncorrecting,
      correctBackground: (state, mean) => {
        means.push(...(mean as { data: Float32Array }).data);
        return -(state as number);
      },
    };
    const result = await match({
      ...options,
      analyzers: [
        new MaxScoreOverRotations({ shape, scoreThreshold: 0.05 }),
        new PeakCallerSort({ shape, numPeaks: 3000 }),
        own,
        uncorrecting,
      ],
    });
    const [best, peaks, ...seen] = result.analyzers;
    const { backgroundSeed: _, ...without } = options;
    const uncorrected = await match(without);
    expect(best.scores).toEqual(result.scores);
    expect(best.rotations).toEqual(result.rotations);
    for (const { position, score, rotation } of peaks.slice(0, 50)) {
      const at = position.reduce((flat, p, axis) => flat * shape[axis]! + p, 0);
      if (uncorrected.rotations.data[at] === rotation) expect(score).toBeCloseTo(result.scores.data[at]!, 6);
    }
    for (const at of [0, 777, means.length - 1])
      if (result.rotations.data[at]! >= 0)
        expect(uncorrected.scores.data[at]! - means[at]!).toBeCloseTo(result.scores.data[at]!, 6);
    expect(seen).toEqual([-count, count]);
    expect(result.warnings.join()).toContain("analyzers[3]: has no correctBackground");
  });

  test("are refused where they can't", () => {
    const analyzers = [new MaxScoreOverTranslations({ shape, nRotations: count })];
    expect(() => match({ ...options, analyzers })).toThrow(
      "analyzers[0]: MaxScoreOverTranslations has no background correction",
    );
  });
});

describe("a search with analyzers that is interrupted", () => {
  const options = { target, template, rotations: list, workers: 2 } as const;

  test("goes on to the same bytes, with a background too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rotoscope-resumed-"));
    const more = { ...options, backgroundSeed: 4 };
    const all = (): readonly (AnalyzerInput & Analyzer)[] => [
      new MaxScoreOverRotationsConstrained(constrained),
      new PeakCallerMaximumFilter({ shape, numPeaks: 20, minDistance: 3 }),
      new plain.PeakCallerFast({ shape, numPeaks: 7, minDistance: 4 }),
    ];
    const small = new MaxScoreOverRotations({ shape, sharedMemory: true });
    try {
      const whole = await match({ ...more, analyzers: [...all(), small] });
      const checkpoint = { path: join(folder, "state.arrow"), everySeconds: 0.02 };
      let resume = {};
      for (const until of [14, 37]) {
        const search = match({ ...more, ...resume, checkpoint, analyzers: [...all(), small] });
        while (search.running && search.progress.done < until) await wait(1);
        search.stop();
        await search;
        const state = await loadState(checkpoint.path);
        expect(state.analyzers!.next).toBeLessThanOrEqual(count);
        expect(state.analyzers!.next).toBeGreaterThan(0);
        resume = { resume: state };
        const left = await readdir(folder);
        expect(left.filter((name) => name.endsWith(".analyzers.arrow")).length).toBe(1);
      }
      const result = await match({ ...more, ...resume, analyzers: [...all(), small] });
      expect(result.complete).toBe(true);
      expect(values(result.analyzers)).toBe(values(whole.analyzers));
      for (const name of ["scores", "rotations", "meanSquare"] as const) expect(result[name]).toEqual(whole[name]);
      const plainly = await match({ ...more, ...resume });
      expect(plainly.scores).toEqual(whole.scores);
      expect(() => match({ ...more, ...resume, analyzers: [new PeakCallerSort({ shape })] })).toThrow(
        /resume: the state holds other analyzers \(MaxScoreOverRotationsConstrained, .*\) than analyzers \(PeakCallerSort\)/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("an analyzer of the user's", () => {
  const seen = (): Analyzer<[number, number][], [number, number][]> => ({
    shareable: false,
    initState: () => [],
    update: (state, { scores, rotationIndex }) => [...state, [rotationIndex, Math.max(...scores.data)]],
    correctBackground: (state) => state,
    result: (state) => state,
  });

  test("gets every rotation once and in order, in the calling thread, with scores that it may keep", async () => {
    const kept: Float32Array[] = [];
    const keeper: Analyzer<null, number> = {
      initState: () => null,
      update: (_, { scores, rotationMatrix, rotationIndex }) => {
        expect(rotationMatrix).toEqual(list.data.slice(rotationIndex * 9, rotationIndex * 9 + 9));
        kept.push(scores.data);
        return null;
      },
      result: () => kept.length,
    };
    const peaks = new PeakCallerSort({ shape, numPeaks: 1 });
    const search = match({ target, template, rotations: list, workers: 3, analyzers: [seen(), keeper, peaks] });
    const { analyzers } = await search;
    expect(analyzers[0].map(([k]) => k)).toEqual(Array.from({ length: count }, (_, k) => k));
    expect(analyzers[1]).toBe(count);
    for (const k of [0, 33, count - 1]) expect(kept[k]).toEqual((await search.scoreMap(k)).data);
    expect(analyzers[2][0]!.score).toBe(Math.max(...analyzers[0].map(([, score]) => score)));
  });

  test("is left out of rotations that are repeated", async () => {
    const twice = ndarray(Float32Array.of(...list.data.slice(9, 27), ...list.data.slice(9, 18)), [3, 3, 3]);
    const { analyzers } = await match({ target, template, rotations: twice, analyzers: [seen()] });
    expect(analyzers[0].map(([k]) => k)).toEqual([0, 1]);
  });

  test("can be a module, which runs in a thread of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rotoscope-module-"));
    try {
      await writeFile(
        join(folder, "mean.mjs"),
        `import { threadId } from "node:worker_threads";
        export default class {
          constructor({ shape, scale = 1 }) { this.size = shape.reduce((a, b) => a * b); this.scale = scale; }
          initState() { return []; }
          update(state, { scores, rotationIndex }) {
            return [...state, [rotationIndex, this.scale * Math.max(...scores.data), scores.data.length / this.size]];
          }
          result(state) { return { state, threadId }; }
        }`,
      );
      await writeFile(join(folder, "nothing.mjs"), "export default { initState() {} };");
      const module = pathToFileURL(join(folder, "mean.mjs"));
      const { analyzers } = await match({
        target,
        template,
        rotations: list,
        analyzers: [module, { module: join(folder, "mean.mjs"), options: { scale: 2 } }, seen()],
      });
      type Outcome = { state: [number, number, number][]; threadId: number };
      const [plainly, doubled] = analyzers as unknown as [Outcome, Outcome];
      const maxima = analyzers[2];
      expect(plainly.state).toEqual(maxima.map(([k, score]) => [k, score, 1]));
      expect(doubled.state).toEqual(maxima.map(([k, score]) => [k, 2 * score, 1]));
      expect(plainly.threadId).toBeGreaterThan(0);
      await expect(
        match({ target, template, rotations: list, analyzers: [join(folder, "nothing.mjs")] }),
      ).rejects.toMatchObject({ code: "argument", message: expect.stringMatching(/nothing\.mjs.*has no update/) });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("that throws ends the search with an error that names it and the rotation", async () => {
    const failing: Analyzer<null, null> = {
      initState: () => null,
      update: (_, { rotationIndex }) => {
        if (rotationIndex === 5) throw new Error("no such luck");
        return null;
      },
      result: () => null,
    };
    await expect(match({ target, template, rotations: list, analyzers: [seen(), failing] })).rejects.toMatchObject({
      code: "argument",
      message: "analyzers[1] at rotation 5: no such luck",
    });
  });

  test("keeps what it had when the search is stopped", async () => {
    const many = rotationSet({ angularSamplingDegrees: 8 });
    const search = match({ target, template, rotations: many, workers: 2, history: false, analyzers: [seen()] });
    while (search.running && search.progress.done < 30) await wait(2);
    search.stop();
    const result = await search;
    expect(result.complete).toBe(false);
    expect(result.analyzers[0].map(([k]) => k)).toEqual([...result.rotationMapping.keys()]);
  });

  test.each([
    ["an object without update", [{ initState: () => 0, result: () => 0 }], "analyzers[0]: has no update"],
    [
      "another shape",
      [new PeakCallerSort({ shape: [2, 3, 4] })],
      "analyzers[0]: is for scores of shape [2, 3, 4], the search's are [18, 23, 21]",
    ],
  ])("is refused: %s", (_, analyzers, message) => {
    expect(() => match({ target, template, analyzers: analyzers as never })).toThrow(message);
    expect(() => match({ target, template, analyzers: [seen()], checkpoint: { path: "x.arrow" } })).toThrow(
      "analyzers[0]: with checkpoint or resume only states of our own classes in memory are saved; leave it out here",
    );
  });
});
