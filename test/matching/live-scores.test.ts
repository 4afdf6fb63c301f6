import { type NdArray, ndarray } from "@rotoscope/core";
import { match, SCORES } from "@rotoscope/matching";
import { beforeAll, describe, expect, test } from "vitest";
import { pythonHas, runPython } from "../python.js";
import { compareMaps } from "./compare-maps.js";
import { volumeOf } from "./reference-maps.js";

interface Geometry {
  readonly shape: readonly number[];
  readonly template: readonly number[];
  readonly padEdges: boolean;
  readonly order: 1 | 3;
}

const geometries: Record<string, Geometry> = {
  "21 x 18 x 25, template 6 x 9 x 7, padded, linear": {
    shape: [21, 18, 25],
    template: [6, 9, 7],
    padEdges: true,
    order: 1,
  },
  "16 x 31 x 20, template 7 x 7 x 5, periodic, cubic": {
    shape: [16, 31, 20],
    template: [7, 7, 5],
    padEdges: false,
    order: 3,
  },
  "17 x 12 x 19, template 5 x 8 x 11, padded, cubic": {
    shape: [17, 12, 19],
    template: [5, 8, 11],
    padEdges: true,
    order: 3,
  },
  "14 x 13 x 15, template 13 x 12 x 15, padded, linear": {
    shape: [14, 13, 15],
    template: [13, 12, 15],
    padEdges: true,
    order: 1,
  },
  "2-D 40 x 33, template 9 x 12, padded, cubic": { shape: [40, 33], template: [9, 12], padEdges: true, order: 3 },
  "2-D 31 x 45, template 8 x 7, periodic, linear": { shape: [31, 45], template: [8, 7], padEdges: false, order: 1 },
};
const cases = Object.keys(geometries).flatMap((name) => SCORES.map((score) => [score, name] as const));

interface Answer extends Record<"target" | "template" | "mask" | "targetMask" | "rotations" | "scrambled", number[]> {
  readonly maps: Record<string, { readonly scores: number[]; readonly winners: number[]; readonly meanSquare: number }>;
}

const live = pythonHas("tme");
describe.skipIf(!live)(`random data against pyTME live${live ? "" : " (pyTME isn't installed)"}`, () => {
  const answers = new Map<string, Answer>();
  beforeAll(() => {
    const all = runPython(LIVE, JSON.stringify({ geometries, scores: SCORES })) as Record<string, Answer>;
    for (const [name, answer] of Object.entries(all)) answers.set(name, answer);
  }, 120_000);

  test.each(cases)("%s gives the same scores and winners: %s", async (score, name) => {
    const { shape, template, padEdges, order } = geometries[name]!;
    const answer = answers.get(name)!;
    const array = (values: number[], lengths: readonly number[]): NdArray<Float32Array> =>
      ndarray(Float32Array.from(values), lengths);
    const spatial = (lengths: readonly number[]): readonly number[] =>
      lengths.length === 2 ? [1, ...lengths] : lengths;
    const d = shape.length;
    const ours = await match({
      target: volumeOf(array(answer.target, spatial(shape))),
      template: volumeOf(array(answer.template, spatial(template))),
      mask: array(answer.mask, spatial(template)),
      rotations: array(answer.rotations, [answer.rotations.length / d ** 2, d, d]),
      interpolation: order === 1 ? "linear" : "cubic",
      ...{ score, padEdges, history: false, workers: 1, scoreThreshold: Number.NEGATIVE_INFINITY },
      ...(score === "MCC" ? { targetMask: array(answer.targetMask, spatial(shape)) } : {}),
    });
    const reference = answer.maps[score]!;
    const { worst, range, sameWinners } = compareMaps(ours, reference, padEdges ? template : null);
    expect(worst / range).toBeLessThan(1e-4);
    expect(sameWinners).toBeGreaterThan(0.99);
  });

  test("a background template of pyTME's takes the same off the scores", async () => {
    const [name, { shape, template }] = Object.entries(geometries)[0]!;
    const answer = answers.get(name)!;
    const array = (values: number[], lengths: readonly number[]): NdArray<Float32Array> =>
      ndarray(Float32Array.from(values), lengths);
    const ours = await match({
      target: volumeOf(array(answer.target, shape)),
      template: volumeOf(array(answer.template, template)),
      mask: array(answer.mask, template),
      rotations: array(answer.rotations, [answer.rotations.length / 9, 3, 3]),
      backgroundTemplate: array(answer.scrambled, template),
      ...{ history: false, workers: 2, scoreThreshold: Number.NEGATIVE_INFINITY },
    });
    // The reference's planes 0 of even axes are part of its mean.
    const { worst } = compareMaps(ours, answer.maps.background!, template);
    expect(worst).toBeLessThan(1e-3);
  });
});

/** Runs pyTME in its default precision. */
const LIVE = `
import sys, json, warnings; warnings.filterwarnings("ignore")
import numpy as np
from scipy.spatial.transform import Rotation
from tme.analyzer import MaxScoreOverRotations
from tme.matching_data import MatchingData
from tme.matching_exhaustive import MATCHING_EXHAUSTIVE_REGISTER, match_exhaustive
import tme.matching_utils
a = json.loads(sys.argv[1])
scrambled = []
scramble = tme.matching_utils.scramble_phases
def remembered(*args, **kwargs):
    scrambled.append(scramble(*args, **kwargs))
    return scrambled[-1]
tme.matching_utils.scramble_phases = remembered
answers = {}
flat = lambda array: np.asarray(array).ravel().tolist()
for seed, (name, g) in enumerate(a["geometries"].items()):
    random = np.random.default_rng(seed)
    target = random.random(g["shape"], np.float32)
    template = random.random(g["template"], np.float32)
    d = template.ndim
    grid = np.indices(template.shape) - (np.array(template.shape).reshape((d,) + (1,) * d) - 1) / 2
    mask = ((grid ** 2).sum(0) <= (min(template.shape) / 2 - 0.6) ** 2).astype(np.float32)
    target_mask = np.ones_like(target); target_mask[..., -4:] = 0
    if d == 3:
        rotations = np.concatenate([np.eye(3)[None], Rotation.random(8, random_state=seed).as_matrix()])
    else:
        angles = random.random(8) * 2 * np.pi
        rotations = np.array([np.eye(2)] + [[[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]] for t in angles])
    rotations = rotations.astype(np.float32)
    maps = {}
    for key in a["scores"] + (["background"] if seed == 0 else []):
        score, correction = ("FLCSphericalMask", "phase-scrambling") if key == "background" else (key, None)
        data = MatchingData(target, template, template_mask=mask, rotations=rotations, target_mask=target_mask if score == "MCC" else None)
        setup, function = MATCHING_EXHAUSTIVE_REGISTER[score]
        scores, _, index, mapping, mean_square = match_exhaustive(data, function, setup, MaxScoreOverRotations, job_schedule=(1, 1), pad_target_edges=g["padEdges"], interpolation_order=g["order"], background_correction=correction)
        position = np.array([np.argmin([np.abs(mapping[k] - r).max() for r in rotations]) for k in range(len(mapping))])
        maps[key] = {"scores": flat(np.asarray(scores, np.float64)), "winners": flat(position[np.asarray(index)])}
    answers[name] = {"target": flat(target), "template": flat(template), "mask": flat(mask), "targetMask": flat(target_mask), "rotations": flat(rotations), "scrambled": flat(scrambled[0]), "maps": maps}
print(json.dumps(answers))
`;
