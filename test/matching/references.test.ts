import { type AnalyzerResult, type NdArray, ndarray } from "@rotoscope/core";
import { readNpyFile, readVolume } from "@rotoscope/formats";
import { type MatchOptions, match } from "@rotoscope/matching";
import { describe, expect, test } from "vitest";
import { pythonHas, runPython, sharedData } from "../python.js";
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

describe("FLCSphericalMask, linear, against pyTME 0.3.6 in double precision", () => {
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

  const folder = sharedData("reference");
  const readable = folder !== null && pythonHas("numpy");
  test.skipIf(!readable).each([
    ["padded", true],
    ["periodic", false],
  ])(
    `agrees on the frozen 30 x 48 x 40 %s map${readable ? "" : " (needs the real data beside the checkout and numpy)"}`,
    async (name, padEdges) => {
      const { scores, rotation } = runPython(
        `import sys, json, numpy as np
f = np.load(sys.argv[1])
print(json.dumps({k: f[k].ravel().tolist() for k in ("scores", "rotation")}))`,
        `${folder}/FLCSphericalMask_order1_${name}.npz`,
      ) as { scores: number[]; rotation: number[] };
      const [target, template, mask] = await Promise.all(
        ["target", "template", "mask"].map((file) => readVolume(`${folder}/${file}.mrc`)),
      );
      const rotations = (await readNpyFile(`${folder}/rotations.npy`)) as NdArray<Float32Array>;
      const [worst, regret] = await compare(
        { target: target!, template: template!, mask: mask!, rotations, padEdges },
        Float32Array.from(scores),
        Int32Array.from(rotation),
      );
      expect(worst).toBeLessThan(1e-4);
      expect(regret).toBeLessThan(2e-4);
    },
  );
});

const live = pythonHas("tme");
describe.skipIf(!live)(`FLCSphericalMask against pyTME live${live ? "" : " (pyTME isn't installed)"}`, () => {
  test.each([
    ["random 21 x 18 x 25, template 6 x 9 x 7, padded", 1, [21, 18, 25], [6, 9, 7], true],
    ["random 16 x 31 x 20, template 7 x 7 x 5, periodic", 2, [16, 31, 20], [7, 7, 5], false],
  ] as const)("gives the same scores and winners: %s", async (_, seed, shape, templateShape, padEdges) => {
    const answer = runPython(LIVE, JSON.stringify({ shape, templateShape, padEdges, seed })) as Record<
      string,
      number[]
    >;
    const array = (name: string, lengths: readonly number[]): NdArray<Float32Array> =>
      ndarray(Float32Array.from(answer[name]!), lengths);
    const rotations = array("rotations", [10, 3, 3]);
    const mask = array("mask", templateShape);
    const [worst, regret] = await compare(
      {
        target: volumeOf(array("target", shape)),
        template: volumeOf(array("template", templateShape)),
        mask,
        rotations,
        padEdges,
      },
      Float32Array.from(answer.scores!),
      Int32Array.from(answer.winners!),
    );
    expect(worst).toBeLessThan(1e-4);
    expect(regret).toBeLessThan(2e-4);
  });
});

/** Runs pyTME in its default precision; the mask stays clear of the template's faces, where pyTME's even templates miss a plane. */
const LIVE = `
import sys, json, warnings; warnings.filterwarnings("ignore")
import numpy as np
from scipy.spatial.transform import Rotation
from tme.analyzer import MaxScoreOverRotations
from tme.matching_data import MatchingData
from tme.matching_exhaustive import MATCHING_EXHAUSTIVE_REGISTER, match_exhaustive
a = json.loads(sys.argv[1])
random = np.random.default_rng(a["seed"])
target = random.random(a["shape"], np.float32)
template = random.random(a["templateShape"], np.float32)
grid = np.indices(template.shape) - (np.array(template.shape).reshape(3, 1, 1, 1) - 1) / 2
mask = ((grid ** 2).sum(0) <= (min(template.shape) / 2 - 0.6) ** 2).astype(np.float32)
rotations = np.concatenate([np.eye(3)[None], Rotation.random(9, random_state=a["seed"]).as_matrix()]).astype(np.float32)
data = MatchingData(target, template, template_mask=mask, rotations=rotations)
setup, score = MATCHING_EXHAUSTIVE_REGISTER["FLCSphericalMask"]
scores, _, index, mapping, _ = match_exhaustive(data, score, setup, MaxScoreOverRotations, job_schedule=(1, 1), pad_target_edges=a["padEdges"], interpolation_order=1)
position = np.array([np.argmin([np.abs(mapping[k] - r).max() for r in rotations]) for k in range(len(mapping))])
flat = lambda array: np.asarray(array).ravel().tolist()
print(json.dumps({"scores": flat(np.asarray(scores, np.float64)), "winners": flat(position[np.asarray(index)]), "target": flat(target), "template": flat(template), "mask": flat(mask), "rotations": flat(rotations)}))
`;

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
