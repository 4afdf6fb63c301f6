import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import {
  fileKind,
  openFile,
  openMrc,
  openVolume,
  picksFromDelimited,
  picksFromStar,
  pytomAngleSet,
  pytomMatrices,
  readEm,
  readMrc,
  readNpy,
  readNpyFile,
  readPeerResult,
  readPickFile,
  readPytme,
  readPytmePeaks,
  readPytmeRun,
  readPytom,
  readRotationFile,
  readStar,
  readStarFile,
  readStopgap,
  readVolume,
  readVolumeHeader,
  relionAngles,
  writeMotiveList,
  writeMrc,
  writeNpyFile,
  writePickFile,
  writeStar,
  writeTsv,
  writeVolume,
  zxzAngles,
} from "./index.js";

/** What a notebook user may type: the types are left out on purpose. */
type Anything = ReturnType<typeof JSON.parse>;

const pick = { position: [1, 2, 3], score: 0.5, rotation: 0 };
const rotationMapping = new Map([[0, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)]]);
const about = { rotationMapping, shape: [8, 8, 8], voxelSizeAngstrom: [1, 1, 1], tomogramName: "TS_01" };
const volume = {
  data: new Float32Array(1),
  shape: [1, 1, 1],
  stride: [1, 1, 1],
  voxelSizeAngstrom: [1, 1, 1],
  originAngstrom: [0, 0, 0],
};
const table = new TextEncoder().encode("x\ty\tz\n1\t2\t3\n");

async function expectRefused(use: (wrong: Anything) => unknown, wrong: Anything, message: string): Promise<void> {
  const error = await (async () => use(wrong))().then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "RotoscopeError", code: "argument", message: expect.stringContaining(message) });
}

const wrongPaths: [Anything, string][] = [
  [null, "path: null"],
  [undefined, "path: undefined"],
  [5, "path: 5"],
  ["", 'path: ""'],
  [{ a: 1 }, "path: Object {a}"],
];

test.each<[string, (path: Anything) => unknown]>([
  ["openFile", openFile],
  ["openVolume", openVolume],
  ["readVolume", (path) => readVolume(path)],
  ["readVolumeHeader", readVolumeHeader],
  ["writeVolume", (path) => writeVolume(path, volume)],
  ["readNpyFile", readNpyFile],
  ["writeNpyFile", (path) => writeNpyFile(path, volume)],
  ["fileKind", fileKind],
  ["readPeerResult", (path) => readPeerResult(path)],
  ["readPickFile", (path) => readPickFile(path)],
  ["readStarFile", readStarFile],
  ["writePickFile", (path) => writePickFile(path, { picks: [pick], rotationMapping }, about)],
  ["readPytme", readPytme],
  ["readPytmePeaks", readPytmePeaks],
  ["readPytmeRun", readPytmeRun],
  ["readPytom", readPytom],
  ["readStopgap", (path) => readStopgap(path)],
  ["readRotationFile", (path) => readRotationFile(path)],
])("%s takes the name of a file, nothing else", async (_, use) => {
  for (const [wrong, message] of wrongPaths) await expectRefused(use, wrong, message);
});

test.each<[string, (bytes: Anything) => unknown]>([
  ["readMrc", (bytes) => readMrc(bytes)],
  ["readEm", (bytes) => readEm(bytes)],
  ["readNpy", (bytes) => readNpy(bytes)],
  ["readStar", (bytes) => readStar(bytes)],
  ["picksFromStar", (bytes) => picksFromStar(bytes, "a.star")],
  ["picksFromDelimited", (bytes) => picksFromDelimited(bytes, "a.tsv")],
])("%s takes a Uint8Array, nothing else", async (_, use) => {
  await expectRefused(use, null, "bytes: null");
  await expectRefused(use, undefined, "bytes: undefined");
  await expectRefused(use, "data_", 'bytes: "data_"');
  await expectRefused(use, {}, "bytes: Object {}");
  await expectRefused(use, [1, 2], "bytes: [1, 2]");
  await expectRefused(use, new Float32Array(3), "bytes: Float32Array of 3");
  expect(() => use(new Uint8Array(0))).toThrow(expect.objectContaining({ code: "file" }) as Error);
});

const list = { picks: [pick], rotationMapping };

test.each<[string, (wrong: Anything) => unknown, Anything, string]>([
  ["volume", (wrong) => writeMrc(wrong), null, "volume: null"],
  ["volume", (wrong) => writeVolume("never.mrc", wrong), null, "volume: null"],
  ["data", (data) => writeVolume("never.mrc", { ...volume, data }), new Float64Array(1), "volume: Float64Array of 1"],
  ["shape", (shape) => writeMrc({ ...volume, shape }), 3, "volume: Float32Array of 1, expected an array with a shape"],
  ["voxel size", (wrong) => writeMrc({ ...volume, voxelSizeAngstrom: wrong }), 1, "voxelSizeAngstrom: 1"],
  ["origin", (wrong) => writeMrc({ ...volume, originAngstrom: wrong }), [0, null, 0], "originAngstrom: [0, null, 0]"],
  ["options", (wrong) => writeVolume("never.mrc", volume, wrong), null, "options: null"],
  ["labels", (labels) => writeMrc(volume, { labels }), "one", 'labels: "one"'],
  ["options", (wrong) => readVolume("absent.mrc", wrong), null, "options: null"],
  ["source", (wrong) => openMrc(wrong), {}, "source: Object {}"],
  ["array", (wrong) => writeNpyFile("never.npy", wrong), null, "array: null"],
  ["data", (data) => writeNpyFile("never.npy", { ...volume, data }), new Uint8Array(1), "array: Uint8Array of 1"],
  ["picks", (wrong) => writeStar(wrong, about), {}, "picks: Object {}"],
  ["a pick", (wrong) => writeStar([wrong], about), null, "peak 0: null"],
  ["position", (position) => writeStar([{ ...pick, position }], about), null, "peak 0: Object {position, score"],
  ["score", (score) => writeStar([{ ...pick, score }], about), Number.NaN, "peak 0 at [1, 2, 3] has the score NaN"],
  ["score", (score) => writeTsv({ ...list, picks: [{ ...pick, score }] }), undefined, "has the score undefined"],
  [
    "options",
    (wrong) => writeStar([], wrong),
    undefined,
    "options: undefined, expected an object with rotationMapping",
  ],
  ["matrices", (wrong) => writeStar([], { ...about, rotationMapping: wrong }), {}, "rotationMapping: Object {}"],
  ["shape", (shape) => writeStar([], { ...about, shape }), null, "shape: null, expected three numbers from 1 on"],
  ["shape", (shape) => writeStar([], { ...about, shape }), [8, 8], "shape: [8, 8]"],
  ["tomogram", (tomogramName) => writeStar([], { ...about, tomogramName }), 5, "tomogramName: 5"],
  ["version", (version) => writeStar([], { ...about, version }), 3, "version: 3, expected 4 or 5"],
  ["list", (wrong) => writeTsv(wrong), null, "list: null"],
  ["list", (wrong) => writeMotiveList(wrong), [pick], "picks: undefined"],
  ["options", (wrong) => writeMotiveList(list, wrong), null, "options: null"],
  ["list", (wrong) => writePickFile("never.star", wrong, about), null, "list: null"],
  ["options", (wrong) => writePickFile("never.star", list, wrong), undefined, "options: undefined"],
  ["format", (format) => writePickFile("never.star", list, { ...about, format }), "word", 'format: "word"'],
  ["options", (wrong) => picksFromDelimited(table, "a.tsv", wrong), null, "options: null"],
  ["shape", (shape) => picksFromDelimited(table, "a.tsv", { shape }), "8x8", 'shape: "8x8"'],
  ["voxel size", (wrong) => readPickFile("a.star", { voxelSizeAngstrom: wrong }), 10, "voxelSizeAngstrom: 10"],
  ["options", (wrong) => readPeerResult("a.pickle", wrong), null, "options: null"],
  ["options", (wrong) => readRotationFile("a.npy", wrong), 3, "options: 3"],
  ["matrix", (wrong) => relionAngles(wrong), null, "matrix: null"],
  ["matrix", (wrong) => zxzAngles(wrong), {}, "matrix: Object {}"],
  ["angles", (wrong) => pytomMatrices(wrong), null, "angles: null"],
  ["increment", (wrong) => pytomAngleSet(wrong), null, "increment of null"],
])("a wrong %s is an error that names it and says what it is (%#)", async (_, use, wrong, message) => {
  await expectRefused(use, wrong, message);
  expect(["never.mrc", "never.npy", "never.star"].filter((path) => existsSync(path))).toEqual([]);
});

test("picks outside of the tomogram are written and read: RELION takes them, and offsets lead there", () => {
  const star = writeStar([{ ...pick, position: [-2, 3, 20] }], about);
  expect(picksFromStar(new TextEncoder().encode(star), "a.star", about).picks[0]!.position).toEqual([-2, 3, 20]);
});

test("an array that came from another realm, such as a notebook cell, is taken", async () => {
  const { runInNewContext } = await import("node:vm");
  const bytes = runInNewContext("new Uint8Array(bytes)", { bytes: [...new TextEncoder().encode("data_\n_a 1\n")] });
  expect(bytes).not.toBeInstanceOf(Uint8Array);
  expect(readStar(bytes)[0]!.rowCount).toBe(1);
});
