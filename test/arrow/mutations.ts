import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  type LoadedPeaks,
  loadState,
  readArrow,
  readHistory,
  type SearchState,
  saveState,
  writeArrow,
  writeHistory,
  writePeaks,
} from "@rotoscope/arrow";
import { type AnalyzerResult, analyzerResult, type HistoryStep, ndarray } from "@rotoscope/core";
import { seededRandom } from "../seeded-random.js";

/** A kind of file, and everything that its reader gets out of it. */
interface Subject {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly content: (path: string) => Promise<string>;
  readonly expected: string;
}

/** How many mutations ended how. */
export type Outcomes = Map<string, number>;

/** The error codes that a damaged file may give. */
const ALLOWED = ["file", "unsupported"];
const SLOW_MS = 5000;
const SHAPE = [4, 5, 6];
const SIZE = 120;

/**
 * Changes bytes of results, histories, states and improvement files at random, and reads them: each must give the right data, or an error of ours that names the
 * file. Throws with the seed and the number of the first mutation that gives anything else.
 */
export async function mutate(count: number, seed: number): Promise<Outcomes> {
  const folder = await mkdtemp(join(tmpdir(), "rotoscope-fuzz-"));
  const outcomes: Outcomes = new Map();
  try {
    const subjects = await makeSubjects(folder);
    const random = seededRandom(seed);
    for (let k = 0; k < count; k++) {
      const subject = subjects[k % subjects.length]!;
      const bytes = damage(subject.bytes, random);
      await writeFile(subject.path, bytes);
      const started = performance.now();
      const found = await subject.content(subject.path).then(
        (content) => (content === subject.expected ? "same" : "WRONG DATA"),
        (error) => describe(error, subject.path),
      );
      await writeFile(subject.path, subject.bytes);
      const outcome = performance.now() - started > SLOW_MS ? "SLOW" : found;
      if (outcome !== "same" && !ALLOWED.includes(outcome))
        throw new Error(`${subject.name}, seed ${seed}, mutation ${k}: ${outcome}`);
      const key = `${subject.name}: ${outcome}`;
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    }
    return outcomes;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function describe(error: Error & { code?: string }, path: string): string {
  const stem = basename(path).split(".")[0]!;
  if (error.name === "RotoscopeError" && error.message.includes(stem)) return error.code ?? "no code";
  return `BARE ${error.stack}`;
}

/** Flips bits, sets bytes, writes absurd lengths, cuts, doubles, swaps and blanks pieces. */
function damage(whole: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = whole.slice();
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(3) === 0 ? bytes.length - 1 - random(Math.min(bytes.length, 1500)) : random(bytes.length);
    const length = 1 + random(64);
    const kind = random(8);
    if (kind < 3) bytes[at]! ^= 1 << random(8);
    else if (kind === 3) bytes[at] = random(2) ? 0xff : random(256);
    else if (kind === 4 && bytes.length > 8) {
      const value = [0x7fffffff, -1, 0, 0x80000000 | 0, random(1 << 30)][random(5)]!;
      new DataView(bytes.buffer).setInt32(Math.min(at & ~3, bytes.length - 4), value, true);
    } else if (kind === 5) bytes = bytes.slice(0, Math.max(1, at));
    else if (kind === 6) bytes.fill(0, at, at + length);
    else bytes.copyWithin(at, random(bytes.length), random(bytes.length) + length);
  }
  return bytes;
}

async function makeSubjects(folder: string): Promise<Subject[]> {
  const scores = Float32Array.from({ length: SIZE }, (_, i) => Math.sin(i));
  const rotations = Int32Array.from({ length: SIZE }, (_, i) => (i % 4) - 1);
  const result: AnalyzerResult = analyzerResult({
    scores: ndarray(scores, SHAPE),
    offset: [0, 0, 0],
    rotations: ndarray(rotations, SHAPE),
    rotationMapping: new Map([0, 1, 2].map((k) => [k, Float32Array.from({ length: 9 }, (_, i) => i + k)])),
    meanSquare: 0.5,
  });
  const steps: HistoryStep[] = [0, 5, 3].map((length) => ({
    voxel: Int32Array.from({ length }, (_, i) => 7 * i),
    score: Float32Array.from({ length }, (_, i) => i / 10),
    rotation: new Int32Array(length).fill(-1),
  }));
  const history = { stepCount: 3, step: (k: number) => steps[k - 1]! };
  const state: SearchState = {
    ...result,
    scoreThreshold: 0,
    rotationCount: 5,
    done: [
      [0, 2],
      [4, 5],
    ],
    squaresByRotation: Float64Array.of(1, 2, 0, 0, 3),
    improvements: [
      { from: 0, voxels: Int32Array.of(1, 2, 3), scores: Float32Array.of(1, 2, 3), ends: Float64Array.of(1, 3) },
      { from: 4, voxels: Int32Array.of(9), scores: Float32Array.of(4), ends: Float64Array.of(1) },
    ],
    fingerprint: "0f".repeat(32),
    elapsedSeconds: 1.5,
    provenance: null,
  };
  await writeArrow(join(folder, "result.arrow"), result, { voxelSizeAngstrom: [1, 2, 3] });
  await writeHistory(join(folder, "history.arrow"), history);
  await saveState(join(folder, "state.arrow"), state);
  await writePeaks(
    join(folder, "peaks.arrow"),
    [...result.rotationMapping.keys()].map((rotation) => ({
      position: [0, 1, rotation],
      score: rotation / 3,
      rotation,
    })),
    { ...result, shape: result.scores.shape },
  );
  const log = (await readdir(folder)).find((name) => name.includes("improvements"))!;

  const ofResult = async (path: string): Promise<string> => text({ ...(await readArrow(path)), history: null });
  const ofHistory = async (path: string): Promise<string> => {
    const { stepCount, step, warnings } = await readHistory(path);
    const found = Array.from({ length: stepCount }, (_, k) => step(k + 1));
    // What is left of a file that was cut off is right when it says so.
    const cut = warnings.length === 1 && stepCount < 3;
    return text(cut ? [...found, ...steps.slice(stepCount)] : found);
  };
  const ofPeaks = async (path: string): Promise<string> => text(await readArrow<LoadedPeaks>(path));
  const ofState = async (path: string): Promise<string> => text(await loadState(path));
  const list: [string, string, Subject["content"]][] = [
    ["result", "result.arrow", ofResult],
    ["history", "history.arrow", ofHistory],
    ["peaks", "peaks.arrow", ofPeaks],
    ["state", "state.arrow", ofState],
    ["improvements", log, () => ofState(join(folder, "state.arrow"))],
  ];
  return Promise.all(
    list.map(async ([name, file, content]) => {
      const path = join(folder, file);
      return { name, path, content, bytes: new Uint8Array(await readFile(path)), expected: await content(path) };
    }),
  );
}

/** Any value as text; typed arrays, maps and bigints included. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, entry) =>
    typeof entry === "bigint"
      ? String(entry)
      : entry instanceof Map
        ? [...entry]
        : ArrayBuffer.isView(entry)
          ? Array.from(entry as unknown as ArrayLike<unknown>, String)
          : entry,
  );
}
