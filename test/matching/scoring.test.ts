import { createHash } from "node:crypto";
import { type NdArray, ndarray, rotationSet, sphereMask } from "@rotoscope/core";
import { type MatchOptions, type MatchResult, match, SCORES, type Search, scramblePhases } from "@rotoscope/matching";
import { beforeAll, describe, expect, test } from "vitest";
import { referenceFloats, volumeOf } from "./reference-maps.js";

const target = volumeOf(referenceFloats("target"));
const template = volumeOf(referenceFloats("template"));
const all = rotationSet({ angularSamplingDegrees: 60 });
const rotations = ndarray(all.data.slice(0, 9 * 17), [17, 3, 3]);
const common = { target, template, rotations, history: false, workers: 1, scoreThreshold: Number.NEGATIVE_INFINITY };

function sha256(...arrays: (Float32Array | Int32Array)[]): string {
  const hash = createHash("sha256");
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest("hex");
}

function worst(a: Float32Array, b: Float32Array): number {
  return a.reduce((max, value, at) => Math.max(max, Math.abs(value - b[at]!)), 0);
}

describe.each(SCORES)("%s", (score) => {
  let search: Search;
  let plain: MatchResult;
  beforeAll(async () => {
    search = match({ ...common, score });
    plain = await search;
  });

  test("gives the same bytes for 1, 2, 3 and 8 workers, also by cubic splines with a background", async () => {
    const bytes = async (options: Partial<MatchOptions>): Promise<string> => {
      const { scores, rotations: winners } = await match({ ...common, ...options, score });
      return sha256(scores.data, winners.data);
    };
    expect(await bytes({ workers: 3 })).toBe(sha256(plain.scores.data, plain.rotations.data));
    const hashes = new Set<string>();
    for (const workers of [1, 2, 3, 8]) hashes.add(await bytes({ interpolation: "cubic", backgroundSeed: 1, workers }));
    expect(hashes.size).toBe(1);
  });

  test("is, at its best, the score map of the rotation that won, to the bit", async () => {
    for (const rotation of [0, 5, 16]) {
      const { data } = await search.scoreMap(rotation);
      const { scores, rotations: winners } = plain;
      expect(winners.data.some((winner) => winner === rotation)).toBe(true);
      expect(data.every((value, voxel) => winners.data[voxel] !== rotation || value === scores.data[voxel])).toBe(true);
      expect(data.every((value, voxel) => value <= scores.data[voxel]!)).toBe(true);
    }
  });

  test("inverts the contrast of the target", async () => {
    const inverse = { ...target, data: target.data.map((value) => -value) };
    const [ours, expected] = [
      await match({ ...common, score, invert: true }),
      await match({ ...common, score, target: inverse }),
    ];
    expect(worst(ours.scores.data, expected.scores.data) / Math.max(...expected.scores.data)).toBeLessThan(1e-6);
  });

  test("is 0 where the target hardly varies, by minLocalStd, and the same elsewhere", async () => {
    const some = await match({ ...common, score, minLocalStd: 1 });
    const suppressed = some.scores.data.filter((value) => value === 0).length;
    expect(suppressed).toBeGreaterThan(100);
    expect(suppressed).toBeLessThan(some.scores.data.length - 100);
    expect(some.scores.data.every((value, voxel) => value === 0 || value === plain.scores.data[voxel])).toBe(true);
  });

  // MCC takes the mask into its sums; live-scores compares that with pyTME's.
  const keepsOtherScores = score === "MCC" ? [] : [score];
  test.each(keepsOtherScores)("%s is 0 where the target's mask is, and the same elsewhere", async () => {
    const targetMask = ndarray(
      Float32Array.from(target.data, (_, voxel) => (voxel % 21 < 9 ? 1 : 0)),
      target.shape,
    );
    const some = await match({ ...common, score, targetMask });
    expect(some.scores.data.every((v, voxel) => v === (voxel % 21 < 9 ? plain.scores.data[voxel] : 0))).toBe(true);
  });

  test("takes off what a scrambled template scores, less its mean over the grid", async () => {
    const background = scramblePhases(template, 7);
    const ours = await match({ ...common, score, backgroundTemplate: background });
    const seeded = await match({ ...common, score, backgroundSeed: 7 });
    const alone = await match({ ...common, score, template: volumeOf(background), scoreThreshold: 0 });
    const mean = alone.scores.data.reduce((sum, value) => sum + value, 0) / (24 * 30 * 30);
    const expected = plain.scores.data.map((value, voxel) => value - alone.scores.data[voxel]! + mean);
    expect(worst(ours.scores.data, expected) / Math.max(...plain.scores.data)).toBeLessThan(1e-5);
    expect(sha256(seeded.scores.data)).toBe(sha256(ours.scores.data));
    expect(ours.rotations.data).toEqual(plain.rotations.data);
  });
});

test("warns when target and template look opposed in contrast, and says what helps", () => {
  const warningsOf = (options: Partial<MatchOptions>): readonly string[] => {
    const search = match({ ...common, ...options });
    search.stop();
    return search.warnings;
  };
  const inverse = { ...target, data: target.data.map((value) => -value) };
  expect(warningsOf({}).join()).not.toMatch(/contrast/);
  expect(warningsOf({ target: inverse }).join()).toMatch(/the contrasts look opposed.*dark on bright.*invert: true/);
  expect(warningsOf({ target: inverse, invert: true }).join()).not.toMatch(/contrast/);
  expect(warningsOf({ invert: true }).join()).toMatch(/invert: false/);
});

test("a corrected search's history ends with its result", async () => {
  const result = await match({ target, template, rotations, backgroundSeed: 2 });
  expect(result.history!.at(rotations.shape[0]!).scores.data).toEqual(result.scores.data);
  expect(result.history!.at(0).scores.data.every((score) => score === 0)).toBe(true);
});

test("a template's scrambled version has its power spectrum and its mean, by the seed", () => {
  const volume = ndarray(template.data.slice(0, 63), [1, 7, 9]);
  const scrambled = scramblePhases(volume, 3);
  const powers = (values: NdArray<Float32Array>): number[] => {
    const out: number[] = [];
    for (let k = 0; k < 7; k++)
      for (let l = 0; l < 9; l++) {
        let [re, im] = [0, 0];
        values.data.forEach((value, at) => {
          const angle = 2 * Math.PI * ((Math.floor(at / 9) * k) / 7 + ((at % 9) * l) / 9);
          re += value * Math.cos(angle);
          im += value * Math.sin(angle);
        });
        out.push(re * re + im * im);
      }
    return out;
  };
  const [before, after] = [powers(volume), powers(scrambled)];
  before.forEach((power, k) => {
    expect(after[k]! / power).toBeCloseTo(1, 3);
  });
  expect(after[0]! / before[0]!).toBeCloseTo(1, 5);
  expect(worst(scrambled.data, volume.data)).toBeGreaterThan(0.1 * Math.max(...volume.data));
  expect(scramblePhases(volume, 3).data).toEqual(scrambled.data);
  expect(scramblePhases(volume, 4).data).not.toEqual(scrambled.data);
});

test.each([
  ["an unknown score", { score: "XYZ" }, 'score: "XYZ", expected one of FLCSphericalMask, FLC, MCC'],
  ["an unknown interpolation", { interpolation: "nearest" }, 'interpolation: "nearest", expected one of linear, cubic'],
  [
    "a target mask of another shape",
    { targetMask: sphereMask([3, 3, 3]) },
    "targetMask: shape [3, 3, 3], the target's",
  ],
  [
    "an empty target mask",
    { targetMask: { ...target, data: target.data.map(() => 0) } },
    "targetMask: all weights are 0",
  ],
  ["a negative target mask", { targetMask: { ...target, data: target.data.with(5, -1) } }, "targetMask: voxel 5 is -1"],
  [
    "another background",
    { backgroundTemplate: target },
    "backgroundTemplate: shape [18, 23, 21], the template's is [7, 8, 9]",
  ],
  [
    "two backgrounds",
    { backgroundTemplate: template, backgroundSeed: 1 },
    "backgroundTemplate and backgroundSeed: both",
  ],
  ["half a seed", { backgroundSeed: 0.5 }, "backgroundSeed: 0.5, expected an integer"],
])("refuses %s with the value", (_, options, message) => {
  expect(() => match({ ...common, ...(options as Partial<MatchOptions>) })).toThrow(message);
});
