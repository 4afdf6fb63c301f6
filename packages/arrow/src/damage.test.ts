import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnalyzerResult, analyzerResult, ndarray } from "@rotoscope/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { historyPath, readHistory, writeHistory } from "./history.node.js";
import { bytesSource, openResult, type ResultFile } from "./reader.js";
import { encodeSchemaMetadata } from "./schema-metadata.js";
import { writeArrow } from "./write-arrow.node.js";

const MUTATIONS = 600;
const SHAPE = [3, 4, 5];
const result: AnalyzerResult = analyzerResult({
  scores: ndarray(
    Float32Array.from({ length: 60 }, (_, i) => Math.sin(i)),
    SHAPE,
  ),
  offset: [0, 0, 0],
  rotations: ndarray(
    Int32Array.from({ length: 60 }, (_, i) => (i % 3) - 1),
    SHAPE,
  ),
  rotationMapping: new Map([0, 1].map((k) => [k, Float32Array.from({ length: 9 }, (_, i) => i + k)])),
  meanSquare: 0.5,
});

let folder = "";
let whole: Uint8Array = new Uint8Array(0);
let expected = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-damage-"));
  const path = join(folder, "result.arrow");
  await writeArrow(path, result, { voxelSizeAngstrom: [1, 2, 3] });
  whole = new Uint8Array(await readFile(path));
  expected = await contentOf(whole);
});
afterAll(() => rm(folder, { recursive: true }));

/** Everything that a reader gets out of the file, as text. */
async function contentOf(bytes: Uint8Array): Promise<string> {
  const file: ResultFile = await openResult(bytesSource(bytes, "damaged.arrow"));
  const slabs = [];
  for (let i = 0; i < file.slabCount; i++) {
    const { start, scores, rotations } = await file.readSlab(i);
    slabs.push([start, [...scores], [...rotations]]);
  }
  return JSON.stringify([file.header, [...file.rotationMapping].map(([k, m]) => [k, [...m]]), slabs]);
}

/** "same" when the right content comes back; else the error, which must be a RotoscopeError that names the file. */
async function outcome(bytes: Uint8Array): Promise<string> {
  const started = performance.now();
  const found = await contentOf(bytes).then(
    (content) => (content === expected ? "same" : "WRONG DATA"),
    (error) =>
      error.name === "RotoscopeError" && error.message.includes("damaged.arrow") ? error.code : `BARE ${error.stack}`,
  );
  return performance.now() - started > 1000 ? "SLOW" : found;
}

/** A small seeded generator (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

test("a file cut off anywhere is an error", async () => {
  for (let length = 0; length < whole.length; length += 1 + (length % 13))
    expect(await outcome(whole.subarray(0, length)), `cut at ${length}`).toBe("file");
});

test("changed bytes give an error or the right data, never a hang or wrong data", async () => {
  const random = generator(20261122);
  const outcomes = new Map<string, number>();
  for (let k = 0; k < MUTATIONS; k++) {
    const bytes = whole.slice();
    for (let flips = 1 + random(3); flips > 0; flips--) {
      const at = random(4) === 0 ? bytes.length - 1 - random(1500) : random(bytes.length);
      if (random(2)) bytes[at]! ^= 1 << random(8);
      else bytes[at] = random(2) ? 0xff : random(256);
    }
    const found = await outcome(bytes);
    expect(["same", "file", "unsupported"], `mutation ${k}`).toContain(found);
    outcomes.set(found, (outcomes.get(found) ?? 0) + 1);
  }
  expect(outcomes.get("file")).toBeGreaterThan(MUTATIONS / 3);
});

test("the footer's sizes are checked before anything is allocated", async () => {
  const bytes = whole.slice();
  new DataView(bytes.buffer).setInt32(bytes.length - 10, 0x7fffffff, true);
  expect(await outcome(bytes)).toBe("file");
  new DataView(bytes.buffer).setInt32(bytes.length - 10, -5, true);
  expect(await outcome(bytes)).toBe("file");
});

test("a flipped bit in a plane is named with its plane", async () => {
  const bytes = whole.slice();
  const first = Buffer.from(new Float32Array([Math.sin(20), Math.sin(21)]).buffer);
  bytes[Buffer.from(bytes).indexOf(first)]! ^= 1;
  await expect(contentOf(bytes)).rejects.toThrow(
    /damaged\.arrow: batch 1 \(z = 1\) is damaged \(CRC [0-9a-f]{8}, expected/,
  );
});

test("a shorter answer of the source than asked for is an error", async () => {
  const { read, ...source } = bytesSource(whole, "damaged.arrow");
  const short = { ...source, read: async (offset: number, length: number) => (await read(offset, length)).subarray(1) };
  await expect(openResult(short)).rejects.toThrow("got 7 of 8 bytes");
});

test("a later version and another kind are told apart from damage", async () => {
  const { decodeSchemaMetadata } = await import("./schema-metadata.js");
  const metadata = (json: Record<string, unknown>) => encodeSchemaMetadata({ format: "rotoscope", ...json });
  expect(() => decodeSchemaMetadata(metadata({ version: 2, kind: "result" }), "result", "f")).toThrow(
    "version 2 of the format, this program reads 1",
  );
  expect(() => decodeSchemaMetadata(metadata({ version: 1, kind: "peaks" }), "result", "f")).toThrow(
    "holds peaks, expected result",
  );
  expect(() => decodeSchemaMetadata(new Map(), "result", "f")).toThrow("not one of rotoscope's");
});

test("a damaged history is an error too", async () => {
  const step = { voxel: Int32Array.of(1, 2), score: Float32Array.of(0, 0.5), rotation: Int32Array.of(-1, 0) };
  const path = historyPath(join(folder, "result.arrow"));
  await writeHistory(path, { stepCount: 3, step: () => step });
  const bytes = new Uint8Array(await readFile(path));
  const { writeFile } = await import("node:fs/promises");
  const random = generator(7);
  for (let k = 0; k < 100; k++) {
    const changed = bytes.slice();
    changed[random(changed.length)]! ^= 1 << random(8);
    await writeFile(path, changed);
    const found = await readHistory(path).then(
      (history) =>
        history.stepCount === 3 && [1, 2, 3].every((s) => JSON.stringify(history.step(s)) === JSON.stringify(step))
          ? "same"
          : "WRONG",
      (error) => error.code,
    );
    expect(["same", "file", "unsupported"], `mutation ${k}`).toContain(found);
  }
});
