import { type AnalyzerResult, ndarray } from "@rotoscope/core";
import { readVolume } from "@rotoscope/formats";
import { type MatchOptions, match } from "@rotoscope/matching";
import { describe, expect, test } from "vitest";
import { sharedData } from "../python.js";
import { referenceFloats, referenceIntegers, volumeOf } from "./reference-maps.js";

/** The largest difference of two score maps, and our own score of the reference's winner below ours, at worst. */
async function compare(options: MatchOptions, scores: Float32Array, winners: Int32Array): Promise<[number, number]> {
  const ours: AnalyzerResult = await match({ ...options, scoreThreshold: Number.NEGATIVE_INFINITY, history: false });
  let worst = 0;
  let regret = 0;
  const single = new Map<number, Float32Array>();
  for (let voxel = 0; voxel < scores.length; voxel++) {
    const score = ours.scores.data[voxel]!;
    worst = Math.max(worst, Math.abs(score - scores[voxel]!));
    const winner = winners[voxel]!;
    if (winner === ours.rotations.data[voxel]) continue;
    if (!single.has(winner)) single.set(winner, await scoresOf(options, winner));
    regret = Math.max(regret, score - single.get(winner)![voxel]!);
  }
  return [worst, regret];
}

async function scoresOf(options: MatchOptions, rotation: number): Promise<Float32Array> {
  const matrix = options.rotations!.data.slice(rotation * 9, rotation * 9 + 9);
  const rotations = ndarray(matrix, [1, 3, 3]);
  const only = await match({ ...options, rotations, scoreThreshold: Number.NEGATIVE_INFINITY, history: false });
  return only.scores.data;
}

describe("FLCSphericalMask, linear, on the shipped data against pyTME 0.3.6 in double precision", () => {
  test.each([
    ["padded", true],
    ["periodic", false],
  ])("agrees on the shipped %s map to 1e-4, and in its winners", async (name, padEdges) => {
    const [worst, regret] = await compare(
      {
        target: volumeOf(referenceFloats("target")),
        template: volumeOf(referenceFloats("template")),
        mask: referenceFloats("mask"),
        rotations: referenceFloats("rotations"),
        padEdges,
        workers: 2,
      },
      referenceFloats(`FLCSphericalMask-${name}-scores`).data,
      referenceIntegers(`FLCSphericalMask-${name}-rotations`).data,
    );
    expect(worst).toBeLessThan(1e-4);
    expect(regret).toBeLessThan(2e-4);
  });
});

const image = sharedData("image_target.mrc");
test.skipIf(!image)(
  `the image example matches best at row 111, column 240${image ? "" : " (needs the real data beside the checkout)"}`,
  async () => {
    const target = await readVolume(image!);
    const template = await readVolume(sharedData("image_template.mrc")!);
    const result = await match({ target, template, history: false });
    let best = 0;
    for (let voxel = 0; voxel < result.scores.data.length; voxel++)
      if (result.scores.data[voxel]! > result.scores.data[best]!) best = voxel;
    expect(result.scores.shape).toEqual([342, 548]);
    expect([Math.floor(best / 548), best % 548]).toEqual([111, 240]);
    expect(result.rotations.data[best]).toBe(0);
    expect([...result.rotationMapping.get(0)!]).toEqual([1, 0, 0, 1].map((entry) => expect.closeTo(entry, 6)));
  },
);
