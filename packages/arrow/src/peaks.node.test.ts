import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peak } from "@rotoscope/core";
import { tableFromIPC } from "apache-arrow";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePeaks } from "./peaks.node.js";

const quarter = Float32Array.of(0, -1, 1, 0);
const rotationMapping = new Map([[5, quarter]]);

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-peaks-"));
  path = join(folder, "peaks.arrow");
});
afterEach(() => rm(folder, { recursive: true }));

test("each peak has its place, score, rotation and matrix", async () => {
  const peaks: Peak[] = [
    { position: [3, 4], score: 0.5, rotation: 5 },
    { position: [0, 9], score: -0.5, rotation: 5 },
  ];
  await writePeaks(path, peaks, { rotationMapping, shape: [10, 10], voxelSizeAngstrom: [2, 2] });
  const table = tableFromIPC(await readFile(path));
  const rows = table.toArray().map((row) => ({ ...row.toJSON(), matrix: [...row.matrix] }));
  expect(rows).toEqual([
    { y: 3, x: 4, score: 0.5, rotation: 5, matrix: [...quarter] },
    { y: 0, x: 9, score: -0.5, rotation: 5, matrix: [...quarter] },
  ]);
  expect(JSON.parse(table.schema.metadata.get("rotoscope")!)).toMatchObject({
    kind: "peaks",
    axes: ["y", "x"],
    shape: [10, 10],
  });
});

test("no peaks make a file without rows", async () => {
  await writePeaks(path, [], { rotationMapping, shape: [10, 10] });
  expect(tableFromIPC(await readFile(path)).numRows).toBe(0);
});

test("a peak whose rotation has no matrix isn't written", async () => {
  const peak: Peak = { position: [3, 4], score: 0.5, rotation: -1 };
  await expect(writePeaks(path, [peak], { rotationMapping, shape: [10, 10] })).rejects.toMatchObject({
    code: "argument",
    message: "peak 0 at [3, 4] has rotation -1",
  });
  expect(await readdir(folder)).toEqual([]);
});
