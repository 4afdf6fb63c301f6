import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArrow } from "@rotoscope/arrow";
import { writeVolume } from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRotations } from "../../packages/rotoscope/dist/read-rotations.js";
import { checkout } from "../machine.js";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";
import { pythonHas, runPython } from "../python.js";

const program = join(checkout, "packages/rotoscope/bin/rotoscope.js");
let folder = "";

function rotoscope(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8" });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-rotations-"));
  await writeVolume(join(folder, "target.mrc"), volumeOf(referenceFloats("target")));
  await writeVolume(join(folder, "template.mrc"), volumeOf(referenceFloats("template")));
});
afterAll(() => rm(folder, { recursive: true }));

/** Random angles as text, STAR and NPY, and SciPy's matrices of them; z, y, x order. */
const script = `
import json, sys, numpy as np, pandas as pd, starfile
from scipy.spatial.transform import Rotation
folder = sys.argv[1]
angles = np.random.default_rng(3).uniform([-180, 0, -180], [180, 180, 180], (12, 3))
matrices = Rotation.from_euler("ZYZ", angles, degrees=True).as_matrix()[:, ::-1, ::-1]
np.savetxt(folder + "/angles.txt", angles, header="rot tilt psi")
np.savetxt(folder + "/psi.txt", angles[:, 2])
np.save(folder + "/matrices.npy", matrices)
starfile.write({"particles": pd.DataFrame(angles, columns=["rlnAngleRot", "rlnAngleTilt", "rlnAnglePsi"])}, folder + "/picks.star")
planar = Rotation.from_euler("Z", angles[:, 2:3], degrees=True).as_matrix()[:, :2, :2][:, ::-1, ::-1]
print(json.dumps({"matrices": matrices.ravel().tolist(), "planar": planar.ravel().tolist()}))
`;

describe.skipIf(!pythonHas("scipy", "starfile", "pandas"))("lists of rotations from files", () => {
  let expected: { matrices: number[]; planar: number[] };
  beforeAll(() => {
    expected = runPython(script, folder) as typeof expected;
  });

  test("are SciPy's matrices of RELION's angles, from text, STAR and NumPy files", async () => {
    for (const name of ["angles.txt", "picks.star", "matrices.npy"]) {
      const { data, shape } = await readRotations(join(folder, name));
      expect(shape).toEqual([12, 3, 3]);
      data.forEach((value, at) => {
        expect(value).toBeCloseTo(expected.matrices[at]!, 6);
      });
    }
    const planar = await readRotations(join(folder, "psi.txt"));
    expect(planar.shape).toEqual([12, 2, 2]);
    planar.data.forEach((value, at) => {
      expect(value).toBeCloseTo(expected.planar[at]!, 6);
    });
    await expect(readRotations(join(folder, "angles.txt"), { dimensions: 2 })).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(/angles\.txt: rotation 1 has a tilt of/),
    });
    await expect(readRotations(join(folder, "psi.txt"), { dimensions: 3 })).rejects.toThrow(/psi\.txt: 12 lines of 1/);
  });

  test("are taken by the command, a result's too", async () => {
    for (const [list, output] of [
      ["picks.star", "a.arrow"],
      ["angles.txt", "b.arrow"],
      ["a.arrow", "c.arrow"],
    ])
      expect(rotoscope("match", "target.mrc", "template.mrc", "--rotations", list!, "-o", output!)).toMatchObject({
        status: 0,
      });
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => readArrow(join(folder, `${name}.arrow`))));
    expect(a!.rotationMapping.size).toBe(12);
    expect(c!.scores).toEqual(a!.scores);
    expect(c!.rotations).toEqual(a!.rotations);
    b!.scores.data.forEach((score, voxel) => {
      expect(score).toBeCloseTo(a!.scores.data[voxel]!, 4);
    });
  });
});

test("the plan is printed before the search, and a memory limit cuts the target into pieces", async () => {
  const match = (...args: string[]) => rotoscope("match", "target.mrc", "template.mrc", ...args);
  const whole = match("--angular-sampling", "60", "--workers", "1", "-o", "whole.arrow");
  const [, memory] = /memory: about (\d+) MB/.exec(whole.stderr) ?? [];
  expect(whole.stderr).toMatch(
    /^18 x 23 x 21 voxels at once, grid .*, 1 worker\n69 rotations at 60 degrees: none is farther/,
  );
  expect(whole.stderr).toMatch(/\ntime: about \d+ s/);
  const limit = ["--memory-limit", "20M"];
  expect(match(...limit).stderr).toMatch(/memoryLimit: 20 MB, the search needs \d+ MB even in pieces/);
  expect(match("--memory-limit", "much").status).toBe(2);
  expect(Number(memory)).toBeLessThan(300);
});

describe("rotations by options", () => {
  test("are reduced by a symmetry, and kept in a cone", async () => {
    const match = (...args: string[]) => rotoscope("match", "target.mrc", "template.mrc", ...args);
    expect(match("--angular-sampling", "40", "--symmetry", "d2", "-o", "d2.arrow").status).toBe(0);
    const reduced = await readArrow(join(folder, "d2.arrow"));
    expect(reduced.rotationMapping.size).toBeGreaterThan(55);
    expect(reduced.rotationMapping.size).toBeLessThan(75);
    const cone = ["--angular-sampling", "20", "--cone", "25", "--cone-axis", "1,0,0", "--in-plane-sampling", "30"];
    expect(match(...cone, "-o", "cone.arrow").status).toBe(0);
    const kept = await readArrow(join(folder, "cone.arrow"));
    expect(kept.rotationMapping.size % 12).toBe(0);
    for (const m of kept.rotationMapping.values()) expect(m[8]!).toBeGreaterThan(Math.cos((25 * Math.PI) / 180));
  });

  test.each([
    [["--rotations", "a.npy", "--symmetry", "C2"], "--rotations and --symmetry exclude each other"],
    [["--in-plane", "20"], "--in-plane needs --cone"],
    [["--cone", "20", "--cone-axis", "1,2"], '--cone-axis: "1,2", expected X,Y,Z'],
  ])("that don't go together are wrong usage: %s", (args, message) => {
    const { status, stderr } = rotoscope("match", "target.mrc", "template.mrc", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
