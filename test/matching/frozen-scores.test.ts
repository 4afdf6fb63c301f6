import type { NdArray, Volume } from "@rotoscope/core";
import { readNpyFile, readVolume } from "@rotoscope/formats";
import { match, SCORES } from "@rotoscope/matching";
import { beforeAll, describe, expect, test } from "vitest";
import { pythonHas, runPython, sharedData } from "../python.js";
import { compareMaps } from "./compare-maps.js";

const folder = sharedData("reference");
const readable = folder !== null && pythonHas("numpy");
const absence = readable ? "" : " (needs the real data beside the checkout and numpy)";
const cases = SCORES.flatMap((score) =>
  (["linear", "cubic"] as const).flatMap((interpolation) =>
    (["padded", "periodic"] as const).map((edges) => [score, interpolation, edges] as const),
  ),
);

describe.skipIf(!readable)(`the 28 frozen maps of pyTME 0.3.6 in double precision${absence}`, () => {
  let [target, template, mask, targetMask] = [] as Volume[];
  let rotations: NdArray<Float32Array>;
  let frozen: Record<string, { readonly scores: number[]; readonly winners: number[] }>;

  beforeAll(async () => {
    [target, template, mask, targetMask] = await Promise.all(
      ["target", "template", "mask", "target_mask"].map((file) => readVolume(`${folder}/${file}.mrc`)),
    );
    rotations = (await readNpyFile(`${folder}/rotations.npy`)) as NdArray<Float32Array>;
    frozen = runPython(FROZEN, folder!) as typeof frozen;
  }, 60_000);

  test.each(cases)("%s, %s, %s: scores to 1e-4, the same winners but for ties", async (score, interpolation, edges) => {
    const ours = await match({
      ...{ target: target!, template: template!, mask: mask!, rotations, score, interpolation },
      ...{ padEdges: edges === "padded", history: false, workers: 2, scoreThreshold: Number.NEGATIVE_INFINITY },
      ...(score === "MCC" ? { targetMask: targetMask! } : {}),
    });
    const reference = frozen[`${score}_order${interpolation === "linear" ? 1 : 3}_${edges}`]!;
    const { worst, range, sameWinners } = compareMaps(ours, reference, edges === "padded" ? template!.shape : null);
    expect(worst / (["FLCSphericalMask", "CAM"].includes(score) ? 1 : range)).toBeLessThan(1e-5);
    expect(sameWinners).toBeGreaterThan(0.999);
  });
});

const FROZEN = `
import glob, json, os, sys
import numpy as np
maps = {}
for path in glob.glob(sys.argv[1] + "/*.npz"):
    f = np.load(path)
    maps[os.path.basename(path)[:-4]] = {"scores": f["scores"].ravel().tolist(), "winners": f["rotation"].ravel().tolist()}
print(json.dumps(maps))`;
