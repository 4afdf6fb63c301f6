import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readArrow } from "@rotoscope/arrow";
import { afterAll, beforeAll, expect, test } from "vitest";

/** How often the search is killed; the suite's few are many with KILLS=20. */
const KILLS = Number(process.env.KILLS ?? 3);
const SEED = Number(process.env.SEED ?? 20261122);
const script = fileURLToPath(new URL("killed-search.mjs", import.meta.url));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-killed-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  /** Rotations that an earlier run had done. */
  readonly resumed: number;
  readonly finished: boolean;
  readonly output: string;
  readonly milliseconds: number;
}

/** Runs the search in a process of its own, which is killed after `killAfter` milliseconds if it lives that long. */
function run(into: string, workers: number, killAfter = Number.POSITIVE_INFINITY): Promise<Run> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, [script, into, String(SEED % 1000), String(workers)]);
    let output = "";
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on("data", (text) => {
      output += text;
      if (Number.isFinite(killAfter)) timer ??= setTimeout(() => child.kill("SIGKILL"), killAfter);
    });
    child.stderr.on("data", (text) => {
      output += text;
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      const resumed = Number(/resumed (\d+)/.exec(output)?.[1] ?? -1);
      resolve({ resumed, finished: code === 0, output, milliseconds: performance.now() - started });
    });
  });
}

async function bytesOf(path: string): Promise<Buffer> {
  const { scores, rotations, history } = await readArrow(path);
  const steps = Array.from({ length: history!.stepCount }, (_, k) => history!.step(k + 1));
  const arrays = [scores.data, rotations.data, ...steps.flatMap((s) => [s.voxel, s.score, s.rotation])];
  return Buffer.concat(arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
}

test(`a search killed at ${KILLS} random moments and continued gives the bytes of an uninterrupted one`, {
  timeout: 120_000 + 60_000 * KILLS,
}, async () => {
  const whole = join(folder, "whole");
  await mkdir(whole);
  const { finished, output, milliseconds } = await run(whole, 2);
  expect(output).toMatch(/done true $/m);
  expect(finished).toBe(true);
  const expected = await bytesOf(join(whole, "result.arrow"));
  const { meanSquare } = await readArrow(join(whole, "result.arrow"), { history: false });

  let state = SEED;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  let [kills, continued, round] = [0, 0, 0];
  while (kills < KILLS) {
    const broken = join(folder, `broken-${round++}`);
    await mkdir(broken);
    for (;;) {
      const workers = 1 + Math.floor(3 * random());
      const outcome = await run(broken, workers, kills < KILLS ? milliseconds * random() * 0.8 : undefined);
      expect(outcome.resumed, outcome.output).toBeGreaterThanOrEqual(0);
      if (outcome.resumed > 0) continued++;
      if (outcome.finished) break;
      expect(outcome.output).not.toContain("Error");
      kills++;
    }
    expect((await bytesOf(join(broken, "result.arrow"))).equals(expected), `round ${round}`).toBe(true);
    expect((await readArrow(join(broken, "result.arrow"), { history: false })).meanSquare).toBe(meanSquare);
    expect((await readdir(broken)).filter((name) => name.endsWith(".arrow"))).toHaveLength(4);
  }
  expect(continued).toBeGreaterThan(0);
});
