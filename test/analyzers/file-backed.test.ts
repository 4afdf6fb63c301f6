import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const LIMIT_MEGABYTES = 160;
const script = fileURLToPath(new URL("file-backed-run.mjs", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rotoscope-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly hashes: unknown[];
  readonly peakMegabytes: number;
}

async function run(
  shape: readonly number[],
  rotations: number,
  place: string | null,
  further: boolean,
): Promise<Outcome> {
  const options = JSON.stringify({ shape, rotations, folder: place, further });
  const { stdout } = await promisify(execFile)(process.execPath, [script, options]);
  return JSON.parse(stdout) as Outcome;
}

describe.skipIf(!existsSync("/proc/self/status"))(
  "an analyzer whose maps are in files (peak memory needs Linux)",
  () => {
    test("gives the same bytes as one in memory, post-processed and merged, and leaves no file", async () => {
      const shape = [40, 60, 80];
      const [files, memory] = await Promise.all([run(shape, 5, folder, true), run(shape, 5, null, true)]);
      expect(files.hashes).toHaveLength(9);
      expect(files.hashes).toEqual(memory.hashes);
      expect(readdirSync(folder)).toEqual([]);
    });

    test(`runs a state three times as large as a limit of ${LIMIT_MEGABYTES} MB within it, with the same bytes`, {
      timeout: 300_000,
    }, async () => {
      const shape = [240, 500, 500];
      expect(shape.reduce((a, b) => a * b) * 8).toBeGreaterThanOrEqual(3 * LIMIT_MEGABYTES * 1e6);
      const [files, memory] = await Promise.all([run(shape, 2, folder, false), run(shape, 2, null, false)]);
      expect(files.hashes).toEqual(memory.hashes);
      expect(files.peakMegabytes).toBeLessThan(LIMIT_MEGABYTES);
    });
  },
);
