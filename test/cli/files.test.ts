import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArrow } from "@rotoscope/arrow";
import { readNpyFile, readPytme, readVolume } from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkout } from "../machine.js";

const program = join(checkout, "packages/rotoscope/bin/rotoscope.js");
const run = join(checkout, "notebooks/data/pytme_run.pickle.gz");
const oldPeaks = join(checkout, "test/formats/corpus/pytme-0.3.0-peaks.pickle.gz");
const shape = "64,80,36";
let folder = "";

function rotoscope(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8" });
}

function expectDone(...args: string[]): string {
  const { status, stdout, stderr } = rotoscope(...args);
  expect(status, stderr).toBe(0);
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope files "));
});
afterAll(() => rm(folder, { recursive: true }));

describe("the command line with other programs' files", () => {
  test("a pyTME run becomes Arrow, MRC and NPY, value by value", { timeout: 180_000 }, async () => {
    const before = createHash("sha256")
      .update(await readFile(run))
      .digest("hex");
    const { scores, rotations, rotationMapping } = await readPytme(run);
    expectDone("convert", run, "result.arrow");
    expectDone("convert", "result.arrow", "scores.mrc");
    expectDone("convert", run, "rotations.npy", "--map", "rotations");
    expectDone("convert", "scores.mrc", "scores.npy");
    const ours = await readArrow(join(folder, "result.arrow"));
    expect(ours.scores.data).toEqual(scores.data);
    expect(ours.rotations.data).toEqual(rotations.data);
    expect([...ours.rotationMapping]).toEqual([...rotationMapping]);
    expect((await readVolume(join(folder, "scores.mrc"))).data).toEqual(scores.data);
    expect((await readVolume(join(folder, "scores.mrc"))).voxelSizeAngstrom).toEqual([10.52, 10.52, 10.52]);
    expect((await readNpyFile(join(folder, "scores.npy"))).data).toEqual(scores.data);
    expect([...(await readNpyFile(join(folder, "rotations.npy"))).data]).toEqual([...rotations.data]);
    expect(
      createHash("sha256")
        .update(await readFile(run))
        .digest("hex"),
    ).toBe(before);
    const facts = JSON.parse(expectDone("info", run, "--json")) as Record<string, unknown>;
    expect(facts).toMatchObject({ shape: [36, 80, 64], rotations: 360, software: "pyTME", target: "piece.mrc" });
    expectDone("merge", "result.arrow", run, "-o", "merged.arrow");
    expect((await readArrow(join(folder, "merged.arrow"))).scores.data).toEqual(scores.data);
  });

  test("picks go round: STAR of RELION 5 and 4, STOPGAP, TSV, Arrow", { timeout: 180_000 }, async () => {
    const listed = JSON.parse(
      expectDone("peaks", run, "--min-distance", "5", "--num-peaks", "20", "--json", "-o", "five.star"),
    ) as { position: number[] }[];
    expect(listed).toHaveLength(20);
    expectDone("convert", "five.star", "four.star", "--format", "relion4", "--shape", shape);
    expectDone("convert", "four.star", "motl.star", "--format", "stopgap");
    expectDone("convert", "motl.star", "picks.tsv");
    expectDone("convert", "picks.tsv", "picks.arrow", "--shape", shape, "--voxel-size", "10.52");
    expectDone("convert", "picks.arrow", "again.star", "--tomogram", "piece");
    const [first, again] = await Promise.all(
      ["five.star", "again.star"].map((name) => readFile(join(folder, name), "utf8")),
    );
    const rows = (text: string): number[][] =>
      text
        .split("\n")
        .filter((line) => line.startsWith("piece\t"))
        .map((line) => line.split("\t").slice(1, 7).map(Number));
    expect(rows(first!)).toHaveLength(20);
    rows(first!).forEach((row, i) => {
      for (const [k, value] of row.entries()) expect(Math.abs(rows(again!)[i]![k]! - value)).toBeLessThan(0.01);
    });
    expect(JSON.parse(expectDone("info", "motl.star", "--json"))).toMatchObject({
      data_stopgap_motivelist: { rows: 20 },
    });
    const { status, stderr } = rotoscope(
      "convert",
      "five.star",
      "small.star",
      "--format",
      "relion4",
      "--shape",
      "9,9,9",
    );
    expect(stderr).toMatch(/^warning: \d+ of 20 picks lie outside of the tomogram of 9 x 9 x 9 voxels \(x, y, z\)$/m);
    expect(status).toBe(0);
    expectDone("convert", oldPeaks, "old.tsv");
    expect(expectDone("info", "old.tsv")).toMatch(/^kind +picks/m);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("a map that is cut off gives its header, one line and status 1", async () => {
    await writeFile(join(folder, "cut.mrc"), (await readFile(join(folder, "scores.mrc"))).subarray(0, 5000));
    const { status, stdout, stderr } = rotoscope("info", "cut.mrc");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^shape +36 x 80 x 64/m);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("cut.mrc: 5000 bytes");
  });

  test.each([
    [["convert", "scores.mrc"], 2, "takes IN and OUT"],
    [["convert", "scores.mrc", "scores.mrc"], 2, "the same file"],
    [["convert", "scores.mrc", "x.star"], 2, "holds a map"],
    [["convert", "result.arrow", "x.star"], 2, "rotoscope peaks"],
    [["convert", "result.arrow", "x.mrc", "--map", "angles"], 2, '--map: "angles"'],
    [["convert", "result.arrow", "x.tiff"], 2, 'ends in ".tiff"'],
    [["convert", "absent.pickle", "x.arrow"], 1, "absent.pickle"],
    [["convert", "five.star", "x.tsv"], 2, "five.star: its coordinates count from the centre"],
    [["merge"], 2, "one or more results"],
    [["merge", "result.arrow", "-o", "result.arrow"], 2, "one of the files to merge"],
    [["peaks", "result.arrow", "--caller", "Best"], 2, '--caller: "Best"'],
    [["peaks", "result.arrow", "--format", "word"], 2, '--format: "word"'],
    [["lab", "no-such-folder"], 1, "no such folder"],
    [["lab", ".", "--port", "x"], 2, '--port: "x"'],
  ])("%j ends with status %i", (args, expected, message) => {
    const { status, stderr } = rotoscope(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(expected);
  });
});
