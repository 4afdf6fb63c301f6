import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnalyzerResult, analyzerResult, ndarray, sizeOf } from "@rotoscope/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { historyPath, writeHistory } from "./history.node.js";
import { readArrow } from "./read-arrow.node.js";
import { bytesSource, openResult } from "./reader.js";
import { toTable } from "./to-table.js";
import { writeArrow } from "./write-arrow.node.js";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-arrow-"));
  path = join(folder, "result.arrow");
});
afterEach(() => rm(folder, { recursive: true }));

/** Scores of both signs, rotations from -1 on, three matrices that aren't rotations. */
function sample(
  shape: readonly number[],
  matrixSize = shape.length,
  buffer: new (byteLength: number) => ArrayBuffer | SharedArrayBuffer = ArrayBuffer,
): AnalyzerResult {
  const size = sizeOf(shape);
  const scores = new Float32Array(new buffer(4 * size));
  const rotations = new Int32Array(new buffer(4 * size));
  for (let i = 0; i < size; i++) {
    scores[i] = Math.sin(i * 1.7);
    rotations[i] = (i % 4) - 1;
  }
  const mapping = new Map(
    [0, 1, 2].map((k) => [k, Float32Array.from({ length: matrixSize ** 2 }, (_, i) => Math.cos(i + 9 * k))]),
  );
  return analyzerResult({
    scores: ndarray(scores, shape),
    offset: shape.map((_, axis) => 3 * axis - 1),
    rotations: ndarray(rotations, shape),
    rotationMapping: mapping,
    meanSquare: 0.1 + 0.2,
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

const provenance = {
  software: "rotoscope",
  version: "0.1.0",
  options: { score: "FLCSphericalMask", angularSamplingDegrees: 30, note: "Å ≠ 'nm'" },
  inputs: [{ name: "tomogram.mrc", sha256: "ab".repeat(32), role: "target" }],
  startedAt: "2026-11-22T18:00:00.000Z",
  endedAt: "2026-11-22T18:01:00.000Z",
  engine: "typescript",
};

describe("a result comes back bit for bit", () => {
  test.each([
    [[5, 7, 3], 3],
    [[1, 301, 299], 2],
    [[301, 299], 3],
    [[1, 1, 1], 3],
    [[70_001], 1],
  ])("shape %o with matrices of size %i", async (shape, matrixSize) => {
    const result = sample(shape, matrixSize);
    await writeArrow(path, result);
    const loaded = await readArrow(path);
    expect([...loaded]).toHaveLength(4);
    expect(bytesOf(loaded.scores.data).equals(bytesOf(result.scores.data))).toBe(true);
    expect(bytesOf(loaded.rotations.data).equals(bytesOf(result.rotations.data))).toBe(true);
    expect(loaded.rotationMapping).toEqual(result.rotationMapping);
    expect([loaded.scores.shape, loaded.rotations.shape, loaded.offset]).toEqual([shape, shape, result.offset]);
    expect(loaded).toMatchObject({
      meanSquare: 0.1 + 0.2,
      voxelSizeAngstrom: shape.map(() => 0),
      scoreThreshold: 0,
      provenance: null,
      history: null,
      warnings: [],
    });
    expect(await readdir(folder)).toEqual(["result.arrow"]);
  });

  test("with all that belongs to it, given as options or carried along", async () => {
    const details = { voxelSizeAngstrom: [10.52, 10.52, 10.52], scoreThreshold: Number.NEGATIVE_INFINITY, provenance };
    await writeArrow(path, sample([2, 3, 4]), details);
    const loaded = await readArrow(path);
    expect(loaded).toMatchObject(details);
    await writeArrow(path, loaded);
    expect(await readArrow(path)).toEqual(loaded);
  });

  test("with NaN, infinities, negative zero and subnormal scores", async () => {
    const result = sample([1, 2, 3]);
    result.scores.data.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e-45, 3.4e38]);
    await writeArrow(path, { ...result, meanSquare: Number.NaN });
    const loaded = await readArrow(path);
    expect(bytesOf(loaded.scores.data)).toEqual(bytesOf(result.scores.data));
    expect(loaded.meanSquare).toBeNaN();
  });

  test("with gaps in the rotation indices, and with no rotations at all", async () => {
    const result = sample([2, 2, 2]);
    const matrix = result.rotationMapping.get(0)!;
    const gaps = new Map([
      [1, matrix],
      [2, matrix],
      [7, matrix],
    ]);
    await writeArrow(path, analyzerResult({ ...result, rotationMapping: gaps }));
    expect((await readArrow(path)).rotationMapping).toEqual(gaps);
    const none = analyzerResult({
      ...result,
      rotations: ndarray(new Int32Array(8).fill(-1), [2, 2, 2]),
      rotationMapping: new Map(),
    });
    await writeArrow(path, none);
    expect((await readArrow(path)).rotationMapping).toEqual(new Map());
  });

  test("from arrays that workers share", async () => {
    const result = sample([3, 4, 5], 3, SharedArrayBuffer);
    expect(result.scores.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    await writeArrow(path, result);
    const loaded = await readArrow(path);
    expect(loaded.scores.data.buffer).toBeInstanceOf(ArrayBuffer);
    expect([...loaded.scores.data]).toEqual([...result.scores.data]);
  });
});

describe("a history", () => {
  const step = { voxel: Int32Array.of(1, 2), score: Float32Array.of(0, 0.5), rotation: Int32Array.of(-1, 0) };
  const history = { stepCount: 2, step: () => step };

  test("is written beside the result and read with it", async () => {
    await writeArrow(path, { ...sample([2, 3, 4]), history });
    expect((await readdir(folder)).sort()).toEqual(["result.arrow", "result.history.arrow"]);
    const loaded = await readArrow(path);
    expect(loaded.warnings).toEqual([]);
    expect(loaded.historyFile?.file).toBe("result.history.arrow");
    expect([loaded.history?.stepCount, loaded.history?.step(2)]).toEqual([2, step]);
    expect((await readArrow(path, { history: false })).history).toBeNull();
  });

  test("that is missing or another result's gives a warning", async () => {
    await writeArrow(path, sample([2, 3, 4]), { history });
    await writeHistory(historyPath(path), { ...history, stepCount: 1 });
    const other = await readArrow(path);
    expect(other.history).toBeNull();
    expect(other.warnings).toEqual([expect.stringContaining("result.history.arrow: belongs to another result")]);
    await rm(historyPath(path));
    expect((await readArrow(path)).warnings).toEqual([
      expect.stringContaining("result.history.arrow: can't be opened"),
    ]);
    expect((await readArrow(path, { history: false })).warnings).toEqual([]);
  });

  test("that lies elsewhere is read from there, and an error when it can't be", async () => {
    await writeArrow(path, sample([2, 3, 4]), { history });
    const moved = join(folder, "moved.arrow");
    await rename(historyPath(path), moved);
    expect((await readArrow(path, { history: moved })).history?.step(1)).toEqual(step);
    await expect(readArrow(path, { history: historyPath(path) })).rejects.toMatchObject({ code: "file" });
  });
});

test("a plane is read without the rest", async () => {
  const result = sample([50, 20, 30]);
  await writeArrow(path, result);
  const bytes = await readFile(path);
  const reads: number[] = [];
  const source = bytesSource(bytes, "result.arrow");
  const file = await openResult({
    ...source,
    read: (offset, length) => {
      reads.push(length);
      return source.read(offset, length);
    },
  });
  reads.length = 0;
  const { start, scores, rotations } = await file.readSlab(31);
  expect(start).toBe(31);
  expect(scores).toEqual(result.scores.data.slice(31 * 600, 32 * 600));
  expect(rotations).toEqual(result.rotations.data.slice(31 * 600, 32 * 600));
  expect(reads).toHaveLength(1);
  expect(reads[0]).toBeLessThan(600 * 8 + 1000);
});

test("a failed write leaves the file that was there", async () => {
  await writeArrow(path, sample([2, 2, 2]));
  const before = await readFile(path);
  const broken = sample([3, 2, 2]);
  Object.defineProperty(broken.scores.data, "subarray", {
    value: (start: number) => {
      if (start > 0) throw new Error("out of memory");
      return new Float32Array(4);
    },
  });
  await expect(writeArrow(path, broken)).rejects.toThrow("out of memory");
  expect(await readFile(path)).toEqual(before);
  expect(await readdir(folder)).toEqual(["result.arrow"]);
});

describe("what makes no sense isn't written", () => {
  const result = sample([2, 2, 2]);
  test.each([
    ["rotations of another shape", { rotations: ndarray(new Int32Array(8), [4, 2, 1]) }, "rotations [4, 2, 1]"],
    [
      "an index without a matrix",
      { rotations: ndarray(new Int32Array(8).fill(3), [2, 2, 2]) },
      "rotation 3 isn't among the 3",
    ],
    ["strides of another order", { scores: { ...result.scores, stride: [1, 2, 4] } }, "stride [1, 2, 4]"],
    ["an offset of another length", { offset: [0] }, "offset [0]"],
    [
      "matrices of different sizes",
      { rotationMapping: new Map([...result.rotationMapping, [3, new Float32Array(4)]]) },
      "rotation 3: a matrix of 4",
    ],
    ["a negative voxel size", { voxelSizeAngstrom: [1, -1, 1] }, "voxelSizeAngstrom is [1,-1,1]"],
  ])("%s", async (_, change, message) => {
    await expect(writeArrow(path, analyzerResult({ ...result, ...change }))).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
  });
});

test("files that aren't results are errors that say so", async () => {
  await writeFile(path, "not arrow at all, but long enough");
  await expect(readArrow(path)).rejects.toMatchObject({ code: "file", message: "result.arrow: not an Arrow IPC file" });
  await writeFile(path, "ARROW1");
  await expect(readArrow(path)).rejects.toMatchObject({ code: "file" });
  await expect(readArrow(folder)).rejects.toMatchObject({ code: "file", message: expect.stringContaining("EISDIR") });
  await expect(readArrow(join(folder, "none.arrow"))).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining("none.arrow: can't be opened"),
  });
});

test("toTable gives the columns without copying them", () => {
  const result = sample([2, 3, 4]);
  const table = toTable(result);
  expect(table.numRows).toBe(24);
  expect(table.getChild("score")!.toArray()).toEqual(result.scores.data);
  expect(table.getChild("rotation")!.data[0]!.values.buffer).toBe(result.rotations.data.buffer);
});
