import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { loadState } from "@rotoscope/arrow";
import { ndarray, resultAt, rotationSet, type Volume } from "@rotoscope/core";
import { type MatchOptions, type MatchResult, match, Search, type SearchPlan } from "@rotoscope/matching";
import { findPeaks, PeakCallerSort } from "@rotoscope/wasm";
import { describe, expect, test } from "vitest";
import { planSearch } from "../../packages/matching/dist/match.js";
import { checkout } from "../machine.js";

let seed = 3;
const random = (): number => {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
};
const volume = (shape: number[]): Volume => ({
  ...ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random() + random() + random()),
    shape,
  ),
  voxelSizeAngstrom: [10, 10, 10],
  originAngstrom: [0, 0, 0],
});
const target = volume([30, 42, 36]);
const template = volume([8, 7, 9]);
const rotations = rotationSet({ angularSamplingDegrees: 70 });
const options = { target, template, rotations, workers: 2, history: false } as const;

/** 0 in one half. */
function halfMask() {
  return ndarray(
    target.data.map((_, voxel) => (voxel % 36 < 18 ? 1 : 0)),
    target.shape,
  );
}

/** 0 but in a corner: of two pieces along y, the second one sees no more than its edge. */
function cornerMask() {
  return ndarray(
    target.data.map((_, voxel) => (Math.floor(voxel / 36) % 42 < 20 && voxel % 36 < 25 ? 1 : 0)),
    target.shape,
  );
}

/** 1 within 6.3 voxels of a place, so that overlaps are whole numbers where the template isn't turned. */
function ballMask() {
  return ndarray(
    target.data.map((_, voxel) => {
      const [z, y, x] = [Math.floor(voxel / (42 * 36)), Math.floor(voxel / 36) % 42, voxel % 36];
      return (z - 20) ** 2 + (y - 12) ** 2 + (x - 9) ** 2 < 40 ? 1 : 0;
    }),
    target.shape,
  );
}

/** Bounds of so many pieces along each axis. */
function boxes(counts: readonly number[]): SearchPlan["pieces"] {
  const [zs, ys, xs] = counts.map((count, axis) =>
    Array.from({ length: count }, (_, at) => {
      const [from, to] = [at, at + 1].map((edge) => Math.floor((target.shape[axis]! * edge) / count));
      return [from!, to! - from!] as const;
    }),
  );
  return zs!.flatMap(([z, depth]) =>
    ys!.flatMap(([y, height]) =>
      xs!.map(([x, width]) => ({ start: [z, y, x], shape: [depth, height, width] }) as const),
    ),
  );
}

function inPieces(counts: readonly number[], more: MatchOptions): Search {
  return new Search({ ...planSearch(more), pieces: boxes(counts) });
}

/** A limit that gives some pieces now; what the process holds changes. */
function someLimit(more: MatchOptions): number {
  const held = process.memoryUsage.rss();
  return held + 0.98 * (stopped(more).plan.memoryBytes - held);
}

function stopped(more: MatchOptions) {
  const search = match({ ...more, signal: AbortSignal.abort() });
  search.then(undefined, () => {});
  return search;
}

function greatest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, voxel) => Math.max(most, Math.abs(value - b[voxel]!)), 0);
}

function hash({ scores, rotations: winners, history }: MatchResult): string {
  const steps = history ? Array.from({ length: history.stepCount }, (_, k) => history.step(k + 1)) : [];
  const sum = createHash("sha256");
  const arrays = [scores.data, winners.data, ...steps.flatMap((step) => [step.voxel, step.score, step.rotation])];
  for (const { buffer, byteOffset, byteLength } of arrays) sum.update(new Uint8Array(buffer, byteOffset, byteLength));
  return sum.digest("hex");
}

describe("a target that doesn't fit into the memory limit", () => {
  test.each<[string, Partial<MatchOptions>, number]>([
    ["by default", {}, 1e-5],
    ["not padded", { padEdges: false }, 1e-5],
    ["without places of small deviation", { minLocalStd: 0.97 }, 1e-5],
    ["by FLC, cubic", { score: "FLC", interpolation: "cubic" }, 1e-4],
    ["by CAM, inverted", { score: "CAM", invert: true, padEdges: false }, 1e-5],
    ["by NCC", { score: "NCC" }, 1e-5],
    ["by LCC", { score: "LCC" }, 1e-5],
    ["by MCC", { score: "MCC" }, 1e-4],
    ["by MCC with a target mask", { score: "MCC", targetMask: cornerMask() }, 1e-4],
    ["by MCC, not padded", { score: "MCC", targetMask: cornerMask(), padEdges: false }, 1e-4],
    ["by MCC where places overlap by 0.3 of the most", { score: "MCC", targetMask: ballMask() }, 1e-4],
    ["by MCC less a background", { score: "MCC", targetMask: cornerMask(), backgroundSeed: 5 }, 1e-4],
    ["less a background, by a target mask", { backgroundSeed: 5, targetMask: halfMask() }, 1e-5],
  ])("scores %s as it does at once, and has the same picks", async (_, more, tolerance) => {
    const whole = await match({ ...options, ...more });
    const range = whole.scores.data.reduce((most, score) => Math.max(most, score), 0);
    const picks = findPeaks(whole, { numPeaks: 20, minDistance: 4 });
    for (const counts of Object.keys(more).length === 0
      ? [
          [2, 3, 1],
          [1, 1, 2],
        ]
      : [[1, 2, 1]]) {
      const search = inPieces(counts, { ...options, ...more });
      const result = await search;
      expect(greatest(result.scores.data, whole.scores.data)).toBeLessThan(tolerance * Math.max(1, range));
      expect(findPeaks(result, { numPeaks: 20, minDistance: 4 }).map(({ position }) => position)).toEqual(
        picks.map(({ position }) => position),
      );
      expect(result.meanSquare / whole.meanSquare).toBeCloseTo(1, 4);
      expect(result.complete).toBe(true);
      const passes = counts.reduce((a, b) => a * b) * (more.score === "MCC" ? 2 : 1);
      expect(search.progress.done).toBe(passes * rotations.shape[0]!);
    }
  });

  test.each<[string, Partial<MatchOptions>]>([
    ["by default", {}],
    ["by MCC", { score: "MCC", targetMask: cornerMask() }],
  ])(
    "has a history, a score map of each rotation, and the same bytes for any number of workers: %s",
    async (_, more) => {
      const whole = await match({ ...options, ...more, history: true });
      const hashes = new Set<string>();
      for (const workers of [1, 2, 3, 8]) {
        const search = inPieces([1, 2, 1], { ...options, ...more, history: true, workers });
        const result = await search;
        hashes.add(hash(result));
        for (const k of workers === 2 ? [1, 7, rotations.shape[0]!] : []) {
          const [part, all] = [result, whole].map((found) => resultAt(found, found.history!, k));
          expect(result.history!.count!(k)).toBe(result.history!.step(k).voxel.length);
          expect(greatest(part!.scores.data, all!.scores.data)).toBeLessThan(1e-5);
        }
        const { data } = await search.scoreMap(4);
        data.forEach((score, voxel) => {
          if (result.rotations.data[voxel] === 4) expect(score).toBe(result.scores.data[voxel]);
        });
      }
      expect(hashes.size).toBe(1);
    },
  );

  test("is continued where it stopped, whatever dies, to the same bytes", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rotoscope-pieces-"));
    const many = rotationSet({ angularSamplingDegrees: 36 });
    const more = { ...options, rotations: ndarray(many.data.slice(0, 9 * 301), [301, 3, 3]), history: true };
    const alive = new Set<Worker>();
    const keep = (worker: Worker): void => {
      alive.add(worker);
      worker.once("exit", () => alive.delete(worker));
    };
    process.on("worker", keep);
    try {
      const checkpoint = { path: join(folder, "state.arrow"), everySeconds: 0.1 };
      const first = inPieces([1, 2, 1], { ...more, historyMemory: 0, checkpoint });
      while (first.running && first.progress.done < 301 + 40) await wait(2);
      await [...alive].at(-1)!.terminate();
      await wait(5);
      first.stop();
      const partial = await first;
      expect(partial.complete).toBe(false);
      expect(partial.warnings.join()).toMatch(/stopped after \d+ of \d+ rotations \(those of all \d+ pieces\)/);
      const resume = await loadState(checkpoint.path);
      expect(resume.rotationCount).toBe(302 * 2);
      const continued = match({ ...more, historyMemory: 0, resume });
      expect(continued.plan.pieces).toBe(2);
      expect(continued.progress.done).toBeGreaterThan(300);
      const whole = inPieces([1, 2, 1], more);
      expect(hash(await continued)).toBe(hash(await whole));
    } finally {
      process.off("worker", keep);
      await rm(folder, { recursive: true });
    }
  });

  test("is surveyed again where MCC was stopped, whatever dies, to the same bytes", async () => {
    const more = { ...options, score: "MCC", targetMask: cornerMask(), history: true } as const;
    const count = rotations.shape[0]!;
    const alive = new Set<Worker>();
    const keep = (worker: Worker): void => {
      alive.add(worker);
      worker.once("exit", () => alive.delete(worker));
    };
    const reach = async (search: Search, done: number): Promise<void> => {
      while (search.running && search.progress.done < done) await wait(1);
    };
    const whole = hash(await inPieces([1, 2, 1], more));
    process.on("worker", keep);
    try {
      for (const passes of [1, 3]) {
        const first = inPieces([1, 2, 1], more);
        await reach(first, passes * count + 4);
        if (passes === 1) {
          await [...alive].at(-1)!.terminate();
          await wait(20);
        }
        const resume = await first.state();
        first.stop();
        const stopped = await first;
        expect(stopped.warnings.join()).toMatch(/ \(those of all 2 pieces, surveyed and scored\)/);
        if (passes === 1) expect(stopped.warnings.join()).toMatch(/worker \d ended after \d+ of its \d+ rotations/);
        const continued = new Search({ ...planSearch({ ...more, resume }), pieces: boxes([1, 2, 1]) });
        expect(continued.progress.total).toBe(4 * count);
        const result = await continued;
        expect(hash(result)).toBe(whole);
        expect(result.complete).toBe(true);
      }
    } finally {
      process.off("worker", keep);
    }
  });

  test("is refused where no pieces are small enough, or analyzers want whole maps", () => {
    expect(() => match({ ...options, memoryLimit: 1e6 })).toThrow(
      /memoryLimit: 1 MB, the search needs \d+ MB even in pieces/,
    );
    expect(() => match({ ...options, memoryLimit: 0 })).toThrow("memoryLimit: 0");
    const analyzers = [new PeakCallerSort({ shape: target.shape })];
    expect(() => match({ ...options, analyzers, memoryLimit: someLimit(options) })).toThrow(
      /analyzers: they take whole score maps/,
    );
  });
});

describe("the plan of a search", () => {
  test("says in words what is done, with how much memory and time", () => {
    expect(stopped(options).plan.text.split("\n")).toEqual([
      expect.stringMatching(/^30 x 42 x 36 voxels at once, grid \d+ x \d+ x \d+, 2 workers$/),
      rotations.description,
      expect.stringMatching(/^memory: about [\d.]+ [MG]B$/),
      expect.stringMatching(/^time: about \d+ s, [\d.]+ ms for a rotation and worker$/),
    ]);
    expect(stopped({ ...options, history: true }).plan.text).toMatch(
      /\nmemory: about [\d.]+ [MG]B, of which the history takes up to \d+ MB; as a file up to \d+ MB\n/,
    );
    expect(stopped({ ...options, memoryLimit: someLimit(options) }).plan.text).toMatch(
      /in \d+ pieces of up to \d+ x \d+ x \d+, overlapping by 7, 6, 8 voxels, grid/,
    );
    const masked = { ...options, score: "MCC", targetMask: halfMask() } as const;
    const { pieces, seconds, text } = stopped({ ...masked, memoryLimit: someLimit(masked) }).plan;
    expect(pieces).toBeGreaterThan(1);
    expect(text).toMatch(/overlapping by 7, 6, 8 voxels, all surveyed before they are scored, grid/);
    expect(seconds).toBeGreaterThan(stopped(masked).plan.seconds);
  });

  test("says the time again once the first rotations have been timed", async () => {
    const rotations = rotationSet({ angularSamplingDegrees: 9 });
    const search = match({ ...options, rotations });
    expect(search.plan.timed).toBe(false);
    const planned = await search.planned();
    expect(search.running).toBe(true);
    expect(planned).toBe(search.plan);
    expect(planned.timed).toBe(true);
    expect(planned.text).toMatch(/ms for a rotation and worker \(timed\)$/);
    expect(planned.seconds).toBeGreaterThan(search.progress.elapsedSeconds);
    search.stop();
    await search;
    const short = stopped(options);
    expect((await short.planned()).timed).toBe(false);
  });

  test.skipIf(process.platform !== "linux").each([
    ["at once, a worker", [100, 100, 100], 28, 1, {}],
    ["at once, 3 workers", [90, 130, 110], 20, 3, {}],
    ["by FLC", [90, 100, 100], 20, 2, { score: "FLC" }],
    ["in pieces", [150, 160, 110], 24, 2, { memoryLimit: 260e6 }],
  ])("has its memory right to a fifth: %s", (_, shape, length, workers, more) => {
    const script = `
      import { readFileSync } from "node:fs";
      import { ndarray, rotationSet } from "@rotoscope/core";
      import { match } from "@rotoscope/matching";
      const volume = (shape) => ({
        ...ndarray(Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, Math.random), shape),
        voxelSizeAngstrom: [0, 0, 0],
        originAngstrom: [0, 0, 0],
      });
      const [shape, length, workers, more] = JSON.parse(process.argv[1]);
      const rotations = ndarray(rotationSet({ angularSamplingDegrees: 60 }).data.slice(0, 9 * 8), [8, 3, 3]);
      const search = match({ target: volume(shape), template: volume([length, length, length]), rotations, workers, history: false, ...more });
      await search;
      const peak = 1024 * Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
      console.log(JSON.stringify({ planned: search.plan.memoryBytes, pieces: search.plan.pieces, peak }));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", script, JSON.stringify([shape, length, workers, more])],
      { cwd: join(checkout, "packages/rotoscope"), encoding: "utf8" },
    );
    expect(stderr).toBe("");
    const { planned, peak, pieces } = JSON.parse(stdout) as Record<string, number>;
    expect(planned! / peak!).toBeGreaterThan(0.8);
    expect(planned! / peak!).toBeLessThan(1.2);
    expect(pieces! > 1).toBe("memoryLimit" in more);
  });
});
