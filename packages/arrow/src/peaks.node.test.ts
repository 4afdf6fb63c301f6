import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peak } from "@rotoscope/core";
import { tableFromIPC } from "apache-arrow";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePeaks } from "./peaks.node.js";
import { peaksBytes } from "./peaks-bytes.js";
import { readArrow } from "./read-arrow.node.js";
import { type LoadedPeaks, readPeaks } from "./read-peaks.node.js";

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

test("peaks come back as they were, with their matrices", async () => {
  const path = join(folder, "again.arrow");
  const matrix = (k: number): Float32Array => Float32Array.from({ length: 9 }, (_, i) => Math.fround(k + i / 7));
  const peaks = [
    { position: [1, 2, 3], score: Math.fround(0.7), rotation: 2 },
    { position: [0, 3, 1], score: -0.5, rotation: 5 },
  ];
  const rotationMapping = new Map([2, 5].map((k) => [k, matrix(k)]));
  const details = { rotationMapping, shape: [4, 5, 6], voxelSizeAngstrom: [1, 2, 0] };
  await writePeaks(path, peaks, details);
  const expected = { kind: "peaks", peaks, ...details };
  expect(await readPeaks(path)).toEqual(expected);
  expect(await readArrow<LoadedPeaks>(path)).toEqual(expected);
  await expect(readArrow(path, { kind: "result" })).rejects.toThrow("again.arrow: holds peaks, expected result");
  await writePeaks(path, [], details);
  expect((await readPeaks(path)).peaks).toEqual([]);
  await writePeaks(path, [{ position: [4, 0, 0], score: 1, rotation: 2 }], details);
  await expect(readPeaks(path)).rejects.toThrow("again.arrow: peak 0 at [4, 0, 0], rotation 2");
});

test("the bytes for a browser are those of the file", async () => {
  const peaks: Peak[] = [{ position: [3, 4], score: 0.5, rotation: 5 }];
  const details = { rotationMapping, shape: [10, 10], voxelSizeAngstrom: [2, 2] };
  await writePeaks(path, peaks, details);
  expect(Buffer.from(peaksBytes(peaks, details)).equals(await readFile(path))).toBe(true);
});
