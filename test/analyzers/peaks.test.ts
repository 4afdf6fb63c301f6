import {
  type NdArray,
  ndarray,
  oversamplePeaks,
  type Peak,
  PeakCallerFast,
  PeakCallerMaximumFilter,
  type PeakCallerOptions,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
} from "@rotoscope/core";
import { describe, expect, test } from "vitest";
import { sharedData } from "../python.js";
import { itemOf, live, missing, rowsOf, runPytme } from "./pytme.js";

const callers = {
  PeakCallerSort,
  PeakCallerMaximumFilter,
  PeakCallerFast,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
} as const;
type Caller = keyof typeof callers;

/** Peaks per caller and set of options. Small maps that are rough, or smooth on a scale of some voxels. */
const CALL = `
from scipy.ndimage import gaussian_filter
shape = tuple(a["shape"])
n = a["maps"]
if "file" in a:
    import mrcfile
    scores = mrcfile.read(a["file"])[None].astype(np.float32)
    shape = scores.shape[1:]
    scores += random.random(shape) / 100
else:
    scores = random.standard_normal((n, *shape)).astype(np.float32)
    if a["smooth"]: scores = np.stack([gaussian_filter(s, a["smooth"]) for s in scores])
    scores -= scores.min() - 0.01
dims = len(shape) - len(a.get("batchDims", ()))
analyzer = getattr(tme, a["caller"])(shape=shape, num_peaks=a["numPeaks"], min_distance=a["minDistance"], min_boundary_distance=a.get("minBoundaryDistance", 0),
    min_score=a.get("minScore"), max_score=a.get("maxScore"), batch_dims=tuple(a["batchDims"]) if "batchDims" in a else None)
state = analyzer.init_state()
for k in range(n): state = analyzer(state, scores[k], np.eye(dims, dtype=np.float32) * (k + 1))
positions, rotations, found, details = analyzer.result(state)
answer(positions=positions, rotation=np.asarray(rotations)[:, 0, 0] - 1, found=found, scores=scores)
`;

function lines(peaks: readonly Peak[]): string[] {
  return peaks.map(({ position, score, rotation }) => `${position} ${score} ${rotation}`).sort();
}

function theirLines({ positions, found, rotation }: Record<string, NdArray<Float64Array>>): string[] {
  return rowsOf(positions!)
    .map((position, at) => `${position} ${found!.data[at]} ${rotation!.data[at]}`)
    .filter((line) => !line.startsWith("-1"))
    .sort();
}

describe.skipIf(!live)(`peak callers against pyTME live${missing}`, () => {
  const cases: [Caller, object][] = [];
  for (const caller of Object.keys(callers) as Caller[])
    for (const options of [
      { seed: 1, shape: [20, 24, 21], smooth: 1.5, maps: 1, numPeaks: 15, minDistance: 3 },
      { seed: 2, shape: [24, 20, 21], smooth: 1, maps: 1, numPeaks: 5, minDistance: 4, minBoundaryDistance: 3 },
      { seed: 3, shape: [40, 45], smooth: 1, maps: 3, numPeaks: 25, minDistance: 5 },
      { seed: 4, shape: [18, 18, 18], smooth: 1, maps: 4, numPeaks: 12, minDistance: 6, minScore: 0.5, maxScore: 0.9 },
      { seed: 5, shape: [6, 30, 33], smooth: 0, maps: 1, numPeaks: 12, minDistance: 3, batchDims: [0] },
      { seed: 6, shape: [14, 16, 18], smooth: 0, maps: 2, numPeaks: 40, minDistance: 2 },
    ])
      cases.push([caller, options]);
  const low = { seed: 7, shape: [43, 38], smooth: 1, maps: 1, numPeaks: 10, minDistance: 1, minScore: 0.3 };
  cases.push(["PeakCallerScipy", { ...low, maxScore: 1.05 }]);

  test.each(cases)("%s finds the same peaks: %j", (caller, options) => {
    const theirs = runPytme(CALL, { caller, ...options });
    const ours = new callers[caller](options as unknown as PeakCallerOptions);
    let state = ours.initState();
    for (let k = 0; k < theirs.scores!.shape[0]!; k++)
      state = ours.update(state, { scores: itemOf(theirs.scores!, k), rotationIndex: k });
    expect(lines(ours.result(state))).toEqual(theirLines(theirs));
  });

  test("PeakCallerMaximumFilter fills its quota where pyTME, which looks at the best 2 numPeaks proposals alone, does not", () => {
    const options = { caller: "PeakCallerMaximumFilter", seed: 8, shape: [10, 15, 13], smooth: 1.7, maps: 1 };
    const [few, many] = [12, 1000].map((numPeaks) => runPytme(CALL, { ...options, numPeaks, minDistance: 2 }));
    const ours = new PeakCallerMaximumFilter({ shape: options.shape, numPeaks: 12, minDistance: 2 });
    const scores = itemOf(many!.scores!, 0);
    const best = [...many!.found!.data].filter((score) => score > 0).slice(0, 12);
    expect(ours.result(ours.update(ours.initState(), { scores })).map(({ score }) => score)).toEqual(best);
    expect(theirLines(few!).length).toBeLessThan(12);
  });

  const file = sharedData("reference/target.mrc");
  test.skipIf(!file).each(Object.keys(callers) as Caller[])(
    `%s finds the same peaks of a real map, its ties broken${file ? "" : " (needs the real data beside the checkout)"}`,
    (caller) => {
      const options = { caller, file, shape: [1], maps: 1, numPeaks: 40, minDistance: 5 };
      const theirs = runPytme(CALL, options);
      const scores = itemOf(theirs.scores!, 0);
      const ours = new callers[caller]({ shape: scores.shape, numPeaks: 40, minDistance: 5 });
      const peaks = ours.result(ours.update(ours.initState(), { scores, rotationIndex: 0 }));
      expect(peaks.length).toBeGreaterThan(10);
      expect(lines(peaks)).toEqual(theirLines(theirs));
    },
  );

  test.each([
    { seed: 1, shape: [24, 25, 26], maskShape: [5, 5, 5] },
    { seed: 2, shape: [24, 25, 26], maskShape: [7, 5, 9] },
    { seed: 3, shape: [24, 25, 26], maskShape: [6, 4, 8] },
  ])("PeakCallerRecursiveMasking leaves out the same voxels with a mask: %j", (options) => {
    const theirs = runPytme(
      `scores = random.random(a["shape"]).astype(np.float32)
mask = np.ones(a["maskShape"], np.float32)
analyzer = tme.PeakCallerRecursiveMasking(shape=tuple(a["shape"]), num_peaks=60, min_distance=0)
positions, _ = analyzer.call_peaks(scores, mask=mask)
answer(scores=scores, positions=positions)`,
      options,
    );
    const [scores] = [itemOf({ ...theirs.scores!, shape: [1, ...options.shape] }, 0)];
    const mask = {
      data: new Float32Array(options.maskShape.reduce((a, b) => a * b)).fill(1),
      shape: options.maskShape,
      stride: [],
    };
    const caller = new PeakCallerRecursiveMasking({
      shape: options.shape,
      numPeaks: 60,
      minDistance: 0,
      mask: { ...mask, stride: [options.maskShape[1]! * options.maskShape[2]!, options.maskShape[2]!, 1] },
    });
    const peaks = caller.result(caller.update(caller.initState(), { scores }));
    expect(peaks.map((peak) => peak.position.join()).sort()).toEqual(
      rowsOf(theirs.positions!)
        .map((position) => position.join())
        .sort(),
    );
  });

  test.each([
    { seed: 1, shape: [24, 25, 26], maskShape: [13, 13, 13], numPeaks: 60 },
    { seed: 2, shape: [30, 21, 25], maskShape: [9, 11, 13], numPeaks: 60 },
    { seed: 3, shape: [24, 25, 26], maskShape: [12, 8, 10], numPeaks: 60 },
    { seed: 4, shape: [60, 71], maskShape: [9, 13], numPeaks: 40 },
    { seed: 5, shape: [60, 71], maskShape: [10, 6], numPeaks: 40 },
  ])("PeakCallerRecursiveMasking turns the mask by each peak's random rotation alike: %j", (options) => {
    const theirs = runPytme(
      `from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation
shape, extent, d = a["shape"], a["maskShape"], len(a["shape"])
scores = gaussian_filter(random.random(shape), 1).astype(np.float32)
rotations = random.integers(0, 5, shape).astype(np.int32)
if d == 3: matrices = Rotation.random(5, random_state=a["seed"]).as_matrix().astype(np.float32)
else: matrices = np.array([[[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]] for t in random.random(5) * 7]).astype(np.float32)
mask = np.zeros(extent, np.float32)
mask[tuple(slice(n // 2 - 1, n // 2 + 2) for n in extent[:-1]) + (slice(1, extent[-1]),)] = 1
mask[(slice(1, extent[0] // 2),) + tuple(slice(n - 3, n - 1) for n in extent[1:])] = 0.7
analyzer = tme.PeakCallerRecursiveMasking(shape=tuple(shape), num_peaks=a["numPeaks"], min_distance=0)
positions, _ = analyzer.call_peaks(scores.copy(), mask=mask, rotations=rotations, rotation_mapping=dict(enumerate(matrices)))
unturned, _ = analyzer.call_peaks(scores.copy(), mask=mask)
answer(scores=scores[None], rotations=rotations, matrices=matrices, mask=mask[None], positions=positions, unturned=unturned)`,
      options,
    );
    const { shape, numPeaks } = options;
    const caller = new PeakCallerRecursiveMasking({ shape, numPeaks, minDistance: 0, mask: itemOf(theirs.mask!, 0) });
    const rotationMapping = new Map(Array.from({ length: 5 }, (_, k) => [k, itemOf(theirs.matrices!, k).data]));
    const rotations = ndarray(Int32Array.from(theirs.rotations!.data), shape);
    const { peaks } = caller.update(caller.initState(), {
      scores: itemOf(theirs.scores!, 0),
      rotations,
      rotationMapping,
    });
    const places = (positions: readonly (readonly number[])[]): string[] => positions.map((p) => p.join()).sort();
    expect(places(peaks.map((peak) => peak.position))).toEqual(places(rowsOf(theirs.positions!)));
    expect(places(rowsOf(theirs.unturned!))).not.toEqual(places(rowsOf(theirs.positions!)));
    for (const { position, rotation } of peaks)
      expect(rotation).toBe(rotations.data[position.reduce((at, p, axis) => at * shape[axis]! + p, 0)]);
  });

  test.each([
    { seed: 1, shape: [20, 24, 22] },
    { seed: 2, shape: [21, 25, 23] },
    { seed: 3, shape: [40, 41] },
  ])("oversamplePeaks refines to the same positions: %j", (options) => {
    const theirs = runPytme(
      `from scipy.ndimage import gaussian_filter
shape = tuple(a["shape"])
scores = gaussian_filter(random.standard_normal(shape), 1.2, mode="wrap").astype(np.float32)
analyzer = tme.PeakCallerMaximumFilter(shape=shape, num_peaks=12, min_distance=5)
positions = analyzer.result(analyzer(analyzer.init_state(), scores, np.eye(len(shape), dtype=np.float32)))[0]
answer(scores=scores, positions=positions, refined=analyzer.oversample_peaks(scores, positions, 8))`,
      options,
    );
    const scores = itemOf({ ...theirs.scores!, shape: [1, ...options.shape] }, 0);
    const positions = rowsOf(theirs.positions!);
    const ours = oversamplePeaks(scores, positions, 8);
    const same = rowsOf(theirs.refined!).filter((refined, at) =>
      refined.every((p, axis) => Math.abs(p - ours[at]![axis]!) <= 0.125),
    );
    const equal = rowsOf(theirs.refined!).filter((refined, at) => refined.join() === ours[at]!.join());
    expect(same.length).toBe(positions.length);
    expect(equal.length).toBeGreaterThanOrEqual(positions.length * 0.7);
  });
});
