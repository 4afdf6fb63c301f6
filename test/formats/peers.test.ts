import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peak } from "@rotoscope/core";
import {
  matrixFromRelionAngles,
  pytomAngleSet,
  readPickFile,
  readPytom,
  readStopgap,
  relionAngles,
  writeMotiveList,
  zxzAngles,
} from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkout, python } from "../machine.js";
import { pythonHas } from "../python.js";

const ready = pythonHas("healpix", "emfile", "eulerangles", "lxml", "starfile", "scipy");
const shape = [20, 30, 41];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-peers-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a peer says, by peers.py. */
function peer<Answer>(...args: string[]): Answer {
  const script = join(checkout, "test/formats/peers.py");
  const { status, stdout, stderr } = spawnSync(python, [script, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

function expectSameMatrix(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  for (let i = 0; i < 9; i++) expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(tolerance);
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

describe.skipIf(!ready)(`beside other programs${ready ? "" : " (scripts/python/alone.txt isn't installed)"}`, () => {
  test("the rotations of an angular increment are pytom-match-pick's, in its order", () => {
    const increments = [90, 60, 38, 29.3, 20, 17, 12.85, 11].flatMap((d) =>
      d < 20 ? [[d, 1]] : [1, 3, 4].map((s) => [d, s]),
    );
    const lists = peer<number[][][]>("pytom-angles", JSON.stringify(increments));
    increments.forEach(([increment, symmetry], k) => {
      const ours = pytomAngleSet(increment!, symmetry);
      expect(ours.length).toBe(lists[k]!.length);
      const off = ours.filter((angles, i) => angles.some((angle, j) => Math.abs(angle - lists[k]![i]![j]!) > 1e-9));
      expect(off).toEqual([]);
    });
  });

  test.each(["list", "increment"])(
    "a pytom-match-pick run by a %s of angles, and its picks for RELION 4 and 5",
    async (kind) => {
      const next = random(11);
      const list = join(folder, "angles.txt");
      const turns = Array.from({ length: 60 }, () => [next() * 2 * Math.PI, next() * Math.PI, next() * 2 * Math.PI]);
      await writeFile(list, turns.map((line) => line.join(" ")).join("\n"));
      const [corners, table] = peer<[number[][], Record<string, number[]>]>(
        "pytom-run",
        folder,
        kind === "list" ? list : "35",
      );
      const result = await readPytom(join(folder, "tomo_scores.mrc"));
      expect(result.scores.shape).toEqual(shape);
      expect(result.voxelSizeAngstrom).toEqual([10, 10, 10]);
      expect(result.version).toBe("0.14.0");
      const relion4 = await readPickFile(join(folder, "picks4.star"));
      const relion5 = await readPickFile(join(folder, "picks5.star"), { shape });
      corners.forEach((corner, k) => {
        const at = (corner[0]! * shape[1]! + corner[1]!) * shape[2]! + corner[2]!;
        const matrix = result.rotationMapping.get(result.rotations.data[at]!)!;
        expect(result.scores.data[at]).toBeCloseTo(table.rlnLCCmax![k]!, 6);
        expectSameMatrix(
          matrix,
          matrixFromRelionAngles(table.rlnAngleRot![k]!, table.rlnAngleTilt![k]!, table.rlnAnglePsi![k]!),
        );
        for (const { picks, rotationMapping } of [relion4, relion5]) {
          expect(picks[k]!.position.map((place) => Math.round(place * 1e6) / 1e6)).toEqual(corner);
          expect(picks[k]!.score).toBeCloseTo(0.9 - 0.01 * k, 5);
          expectSameMatrix(rotationMapping.get(k)!, matrix);
        }
      });
    },
  );

  test("a STOPGAP motive list means what cryoCAT takes it for", async () => {
    const [rows, scores] = peer<[number[][], number[]]>("motive-list", folder);
    const { picks, rotationMapping, tomogramNames } = await readPickFile(join(folder, "motl.star"));
    expect(picks).toHaveLength(50);
    expect(tomogramNames[0]).toBe("3");
    rows.forEach(([x, y, z, rot, tilt, psi], k) => {
      expect(picks[k]!.position).toEqual([z! - 1, y! - 1, x! - 1]);
      expect(picks[k]!.score).toBeCloseTo(scores[k]!, 6);
      expectSameMatrix(rotationMapping.get(k)!, matrixFromRelionAngles(rot!, tilt!, psi!));
    });
  });

  test("cryoCAT reads our motive list, at random rotations", async () => {
    const next = random(12);
    const angles = Array.from({ length: 60 }, () => [next() * 360 - 180, next() * 180, next() * 360 - 180] as const);
    const rotationMapping = new Map(angles.map((triple, k) => [k, matrixFromRelionAngles(...triple)]));
    const picks: Peak[] = angles.map((_, k) => ({
      position: [k % 20, (7 * k) % 30, k % 41],
      score: 1 - k / 100,
      rotation: k,
    }));
    const path = join(folder, "ours.star");
    await writeFile(path, writeMotiveList({ picks, rotationMapping }, { tomogramNumber: 4 }));
    const [rows, scores] = peer<[number[][], number[]]>("read-motives", path);
    rows.forEach(([x, y, z, rot, tilt, psi], k) => {
      expect([z! - 1, y! - 1, x! - 1]).toEqual(picks[k]!.position);
      expect(scores[k]).toBeCloseTo(picks[k]!.score, 6);
      expectSameMatrix(matrixFromRelionAngles(rot!, tilt!, psi!), rotationMapping.get(k)!);
    });
    expect(await readFile(path, "utf8")).toContain("data_stopgap_motivelist");
  });

  test("GAPSTOP's and STOPGAP's orientation maps mean what cryoCAT takes them for", async () => {
    const found = peer<Record<"gapstop" | "stopgap", number[][]>>("orientation-maps", folder);
    for (const [name, file] of [
      ["gapstop", "scores_0_1.em"],
      ["stopgap", "omap_1.em"],
    ] as const) {
      const result = await readStopgap(join(folder, name, file));
      expect(result.software.toLowerCase()).toBe(name);
      for (const [score, x, y, z, phi, theta, psi] of found[name]) {
        const at = ((z! - 1) * shape[1]! + y! - 1) * shape[2]! + x! - 1;
        expect(result.scores.data[at]).toBeCloseTo(score!, 6);
        const angles = zxzAngles(result.rotationMapping.get(result.rotations.data[at]!)!);
        [phi!, theta!, psi!].forEach((angle, i) => {
          const difference = ((((angles[i]! - angle) % 360) + 540) % 360) - 180;
          expect(Math.abs(difference)).toBeLessThan(1e-3);
        });
      }
      expect(found[name]).toHaveLength(4);
    }
  });

  test("eulerangles turns RELION's angles into our matrices, axes reversed", () => {
    const next = random(13);
    const angles = Array.from({ length: 200 }, () => [next() * 360 - 180, next() * 180, next() * 360 - 180] as const);
    const matrices = peer<number[][]>("relion-matrices", JSON.stringify(angles));
    angles.forEach((triple, k) => {
      const ours = matrixFromRelionAngles(...triple);
      expectSameMatrix(ours, [...matrices[k]!].reverse());
      for (const [i, angle] of relionAngles(ours).entries()) expect(Math.abs(angle - triple[i]!)).toBeLessThan(1e-3);
    });
  });
});
