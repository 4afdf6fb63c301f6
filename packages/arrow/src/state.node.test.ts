import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MaxScoreOverRotations, ndarray } from "@rotoscope/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readArrow } from "./read-arrow.node.js";
import type { SearchState } from "./search-state.js";
import { loadState, removeState, saveState, stateSaver } from "./state.node.js";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-state-"));
  path = join(folder, "run.state.arrow");
});
afterEach(() => rm(folder, { recursive: true }));

const SHAPE = [3, 4, 5];
const range = (from: number, count: number) => ({
  from,
  voxels: Int32Array.from({ length: count }, (_, i) => from + i),
  scores: Float32Array.from({ length: count }, (_, i) => 0.1 * (from + i)),
  ends: Float64Array.of(0, count),
});
const search: SearchState = {
  scores: ndarray(
    Float32Array.from({ length: 60 }, (_, i) => Math.sin(i)),
    SHAPE,
  ),
  rotations: ndarray(new Int32Array(60).fill(-1).fill(1, 7, 20), SHAPE),
  scoreThreshold: Number.NEGATIVE_INFINITY,
  rotationMapping: new Map([0, 1].map((k) => [k, Float32Array.from({ length: 9 }, (_, i) => i + k)])),
  rotationCount: 7,
  done: [
    [4, 6],
    [0, 2],
  ],
  squaresByRotation: Float64Array.of(0.1, 0.2, 0, 0, 1e-300, 3, 0),
  improvements: [range(4, 3), range(0, 5)],
  fingerprint: "ab".repeat(32),
  elapsedSeconds: 12.5,
  provenance: null,
};

test("a search's state comes back bit for bit, with its improvements", async () => {
  await saveState(path, { state: async () => search });
  expect(await loadState(path)).toMatchObject(search);
  await saveState(path, { ...search, improvements: null });
  expect((await loadState(path)).improvements).toBeNull();
  expect(await readdir(folder)).toEqual(["run.state.arrow"]);
});

test("saving again appends what is new, and saving another's starts afresh", async () => {
  const save = stateSaver(path);
  await Promise.all([save(search), save(search)]);
  const [log] = (await readdir(folder)).filter((name) => name.includes("improvements"));
  const before = await readFile(join(folder, log!));
  const more = { ...search, done: [...search.done, [2, 4]], improvements: [...search.improvements!, range(2, 6)] };
  await save(more as SearchState);
  expect((await readFile(join(folder, log!))).subarray(0, before.length).equals(before)).toBe(true);
  expect(await loadState(path)).toMatchObject(more);
  await save({ ...search, improvements: [range(4, 1), range(0, 1)] });
  expect((await loadState(path)).improvements).toEqual([range(4, 1), range(0, 1)]);
  expect(await readdir(folder)).toHaveLength(2);
});

test("what was appended after the state was saved is not read, and no harm", async () => {
  await saveState(path, search);
  const [log] = (await readdir(folder)).filter((name) => name.includes("improvements"));
  await writeFile(join(folder, log!), "half a batch", { flag: "a" });
  expect(await loadState(path)).toMatchObject(search);
  await writeFile(join(folder, log!), (await readFile(join(folder, log!))).subarray(0, 900));
  await expect(loadState(path)).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining("the state needs"),
  });
  await rm(join(folder, log!));
  await expect(loadState(path)).rejects.toMatchObject({ code: "file", message: expect.stringContaining(log!) });
});

test("an analyzer's state is continued as if it had never been away", async () => {
  const analyzer = new MaxScoreOverRotations({ shape: SHAPE, scoreThreshold: Number.NEGATIVE_INFINITY });
  const update = (k: number) => ({
    scores: ndarray(
      Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * k)),
      SHAPE,
    ),
    rotationMatrix: Float32Array.from({ length: 9 }, (_, i) => i * (k % 3)),
  });
  let state = analyzer.initState();
  const whole = analyzer.initState();
  for (let k = 1; k < 8; k++) {
    analyzer.update(whole, update(k));
    if (k === 4) {
      await saveState(path, state);
      state = await loadState(path);
    }
    analyzer.update(state, update(k));
  }
  expect(analyzer.result(state)).toEqual(analyzer.result(whole));
});

test("states and results aren't taken for one another", async () => {
  await saveState(path, search);
  const refused = { code: "unsupported", message: /holds state, expected result/ };
  await expect(readArrow(path, { kind: "result" })).rejects.toMatchObject(refused);
});

test.each([
  [
    "ranges that overlap",
    {
      done: [
        [0, 2],
        [0, 2],
      ],
    },
  ],
  [
    "ranges that part a pair",
    {
      done: [
        [0, 1],
        [4, 6],
      ],
    },
  ],
  ["a range past the end", { done: [[4, 8]] }],
  ["sums of other rotations", { squaresByRotation: new Float64Array(3) }],
])("a file with %s is refused", async (_, change) => {
  await saveState(path, { ...search, ...change, improvements: null } as unknown as SearchState);
  await expect(loadState(path)).rejects.toMatchObject({ code: "file" });
});

test("a state that is no longer needed leaves nothing behind", async () => {
  await saveState(path, search);
  await writeFile(`${path}.0a1b2c3d.tmp`, "of a process that was killed");
  await removeState(path);
  expect(await readdir(folder)).toEqual([]);
});
