import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peak } from "@rotoscope/core";
import { matrixFromRelionAngles, relionAngles, writeStar } from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonHas, runPython, sharedData } from "../python.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-star-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** 200 random rotations, then ones with tilt 0 and 180: matrices in x, y, z order and scipy's angles. */
const ROTATIONS = `
import json, warnings, numpy as np
from scipy.spatial.transform import Rotation
warnings.simplefilter("ignore")
random = Rotation.random(200, rng=np.random.default_rng(7))
special = Rotation.from_euler("ZYZ", [[30, 0, 0], [0, 180, 40], [0, 0, 0], [90, 90, 90], [-180, 45, 180]], degrees=True)
rotations = Rotation.concatenate([random, special])
print(json.dumps([rotations.as_matrix().reshape(-1, 9).tolist(), rotations.as_euler("ZYZ", degrees=True).tolist()]))
`;

/** The matrix in array axis order: entry (i, j) is entry (2 - i, 2 - j) of the one in x, y, z order. */
function arrayOrder(xyz: readonly number[]): Float32Array {
  return Float32Array.from(xyz, (_, at) => xyz[3 * (2 - Math.floor(at / 3)) + (2 - (at % 3))]!);
}

function expectSameAngles(found: readonly number[], expected: readonly number[], tolerance: number): void {
  for (const [i, angle] of found.entries()) {
    const difference = ((((angle - expected[i]!) % 360) + 540) % 360) - 180;
    expect(Math.abs(difference), `${found} for ${expected}`).toBeLessThan(tolerance);
  }
}

describe.skipIf(!pythonHas("scipy"))("with scipy in .venv", () => {
  const [matrices, angles] = pythonHas("scipy") ? (runPython(ROTATIONS) as [number[][], number[][]]) : [[], []];

  test("RELION's angles are scipy's intrinsic ZYZ angles of the matrix in x, y, z order", () => {
    for (const [i, matrix] of matrices.slice(0, 200).entries())
      expectSameAngles(relionAngles(arrayOrder(matrix)), angles[i]!, 1e-3);
  });

  test("the angles give the matrix back, with tilt 0 and 180 too", () => {
    for (const matrix of matrices) {
      const ours = arrayOrder(matrix);
      const again = matrixFromRelionAngles(...relionAngles(ours));
      for (const [i, entry] of again.entries()) expect(Math.abs(entry - ours[i]!)).toBeLessThan(2e-7);
    }
  });
});

const run = sharedData("pytme-0.3.6/run.pickle");
const picks = sharedData("pytme-0.3.6/picks_relion5.star");

/** Positions (z, y, x), matrices (x, y, z order), and angles of pyTME's own picks. */
const PYTME_PICKS = `
import sys, json, pickle, starfile
with open(sys.argv[1], "rb") as f:
    scores, offset, rotations, mapping = (pickle.load(f) for _ in range(4))
particles = starfile.read(sys.argv[2])["particles"]
rows = []
for _, p in particles.iterrows():
    x, y, z = (int(round(p[f"rlnCenteredCoordinate{axis}Angst"] / 10.52 + size // 2)) for axis, size in zip("XYZ", scores.shape))
    rows.append([[z, y, x], mapping[int(rotations[x, y, z])].ravel().tolist(), [p.rlnAngleRot, p.rlnAngleTilt, p.rlnAnglePsi], float(scores[x, y, z])])
print(json.dumps([scores.shape[::-1], rows]))
`;

const READ_STAR = `
import sys, json, starfile
tables = starfile.read(sys.argv[1])
print(json.dumps({name: table.to_dict(orient="list") for name, table in tables.items()}))
`;

describe.skipIf(!run || !picks || !pythonHas("starfile", "numpy"))(
  "with pyTME's run of the shared data and starfile in .venv",
  () => {
    test("the angles of its picks are those of its matrices", () => {
      const [, rows] = runPython(PYTME_PICKS, run!, picks!) as [number[], [number[], number[], number[], number][]];
      expect(rows.length).toBeGreaterThan(50);
      for (const [, matrix, angles] of rows) expectSameAngles(relionAngles(arrayOrder(matrix)), angles, 1e-3);
    });

    test("its picks, written by us, differ from its file by RELION's centre only", async () => {
      const [shape, rows] = runPython(PYTME_PICKS, run!, picks!) as [
        number[],
        [number[], number[], number[], number][],
      ];
      const peaks: Peak[] = rows.map(([position, , , score], rotation) => ({ position, score, rotation }));
      const rotationMapping = new Map(rows.map(([, matrix], i) => [i, arrayOrder(matrix)]));
      const path = join(folder, "picks.star");
      await writeFile(
        path,
        writeStar(peaks, {
          rotationMapping,
          shape,
          voxelSizeAngstrom: [10.52, 10.52, 10.52],
          tomogramName: "target.mrc",
        }),
      );
      const ours = (runPython(READ_STAR, path) as Record<string, Record<string, number[]>>).particles!;
      const theirs = (runPython(READ_STAR, picks!) as Record<string, Record<string, number[]>>).particles!;
      expect(ours.rlnTomoName).toEqual(theirs.rlnTomoName);
      for (const [axis, label] of ["Z", "Y", "X"].map((name, i) => [i, `rlnCenteredCoordinate${name}Angst`] as const)) {
        const shift = (Math.floor(shape[axis]! / 2) - (shape[axis]! / 2 - 1)) * 10.52;
        ours[label]!.forEach((value, i) => {
          expect(value - theirs[label]![i]!).toBeCloseTo(shift, 2);
        });
      }
      ours.rlnAutopickFigureOfMerit!.forEach((score, i) => {
        expect(score).toBeCloseTo(theirs.pytmeScore![i]!, 6);
      });
    });
  },
);

describe.skipIf(!pythonHas("starfile"))("with starfile in .venv", () => {
  const peaks: Peak[] = [{ position: [1, 2, 3], score: 0.25, rotation: 4 }];
  const rotationMapping = new Map([[4, matrixFromRelionAngles(10, 20, 30)]]);
  const options = { rotationMapping, shape: [10, 21, 32], voxelSizeAngstrom: [2, 2, 2], tomogramName: "TS 01" };

  test("RELION 5: angstrom from voxel size / 2 - 1, with an optics block", async () => {
    const path = join(folder, "relion5.star");
    await writeFile(path, writeStar(peaks, options));
    const { optics, particles } = runPython(READ_STAR, path) as Record<string, Record<string, unknown[]>>;
    expect(optics).toEqual({ rlnOpticsGroup: [1], rlnOpticsGroupName: ["opticsGroup1"], rlnImagePixelSize: [2] });
    expect(particles).toEqual({
      rlnTomoName: ["TS 01"],
      rlnCenteredCoordinateXAngst: [(3 - 15) * 2],
      rlnCenteredCoordinateYAngst: [(2 - 9.5) * 2],
      rlnCenteredCoordinateZAngst: [(1 - 4) * 2],
      rlnAngleRot: [10],
      rlnAngleTilt: [20],
      rlnAnglePsi: [30],
      rlnAutopickFigureOfMerit: [0.25],
      rlnClassNumber: [1],
      rlnOpticsGroup: [1],
    });
  });

  test("RELION 4: voxels", async () => {
    const path = join(folder, "relion4.star");
    await writeFile(path, writeStar(peaks, { ...options, version: 4 }));
    const { particles } = runPython(READ_STAR, path) as Record<string, Record<string, unknown[]>>;
    expect([particles!.rlnCoordinateX, particles!.rlnCoordinateY, particles!.rlnCoordinateZ]).toEqual([[3], [2], [1]]);
  });
});
