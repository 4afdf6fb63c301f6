import { type AnalyzerResult, MaxScoreOverRotations, MaxScoreOverTranslations, type NdArray } from "@rotoscope/core";
import { describe, expect, test } from "vitest";
import { itemOf, live, missing, runPytme, worstDifference } from "./pytme.js";

/** Random scores, and matrices of which one comes twice. */
const MAPS = `
shape, n = a["shape"], a["n"]
scores = random.standard_normal((n, *shape)).astype(np.float32)
matrices = random.standard_normal((n, len(shape), len(shape))).astype(np.float32)
matrices[n // 2] = matrices[1]
`;

describe.skipIf(!live)(`MaxScoreOverRotations against pyTME live${missing}`, () => {
  test.each([
    { seed: 1, shape: [40], n: 7 },
    { seed: 2, shape: [12, 15], n: 12 },
    { seed: 3, shape: [9, 11, 10], n: 20 },
  ])("keeps the same scores, rotations, matrices and mean of squares: %j", (options) => {
    const theirs = runPytme(
      `${MAPS}
analyzer = tme.MaxScoreOverRotations(shape=tuple(shape))
state = analyzer.init_state()
for k in range(n): state = analyzer(state, scores[k], matrices[k])
best, offset, index, mapping, square = analyzer.result(state)
answer(scores=scores, matrices=matrices, best=best, index=index, mapping=[mapping[k] for k in range(len(mapping))], square=square)`,
      options,
    );
    const analyzer = new MaxScoreOverRotations({ shape: options.shape, scoreThreshold: -Infinity });
    const state = analyzer.initState();
    for (let k = 0; k < options.n; k++)
      analyzer.update(state, { scores: itemOf(theirs.scores!, k), rotationMatrix: itemOf(theirs.matrices!, k) });
    const { scores, rotations, rotationMapping, meanSquare } = analyzer.result(state);
    expect(worstDifference(scores.data, theirs.best!.data)).toBe(0);
    expect(worstDifference(rotations.data, theirs.index!.data)).toBe(0);
    expect(rotationMapping.size).toBe(theirs.mapping!.shape[0]);
    for (const [index, matrix] of rotationMapping)
      expect(worstDifference(matrix, itemOf(theirs.mapping!, index).data)).toBe(0);
    expect(meanSquare / theirs.square!.data[0]!).toBeCloseTo(1, 5);
  });

  test.each([
    { seed: 4, shape: [16, 18], targetShape: [12, 13], templateShape: [4, 5], fourierShift: [-1, 3], mode: "full" },
    { seed: 5, shape: [16, 18], targetShape: [12, 13], templateShape: [4, 5], fourierShift: [2, -2], mode: "same" },
    { seed: 6, shape: [16, 18], targetShape: [12, 13], templateShape: [4, 5], fourierShift: [0, 0], mode: "same" },
    {
      seed: 7,
      shape: [15, 18, 12],
      targetShape: [10, 14, 9],
      templateShape: [5, 3, 3],
      fourierShift: [-1, 0, 5],
      mode: "same",
    },
    { seed: 8, shape: [16, 18], targetShape: [12, 13], templateShape: [4, 4], fourierShift: [0, 0], mode: "valid" },
  ] as const)("post-processes alike: %j", (options) => {
    const theirs = runPytme(
      `${MAPS}
analyzer = tme.MaxScoreOverRotations(shape=tuple(shape))
state = analyzer.init_state()
for k in range(n): state = analyzer(state, scores[k], matrices[k])
conv = tuple(t + s - 1 for t, s in zip(a["targetShape"], a["templateShape"]))
best, offset, index, mapping, square = analyzer.result(state, fourier_shift=tuple(a["fourierShift"]), convolution_mode=a["mode"],
  targetshape=tuple(a["targetShape"]), templateshape=tuple(a["templateShape"]), convolution_shape=conv)
answer(scores=scores, matrices=matrices, best=best, index=index)`,
      { ...options, n: 5 },
    );
    const analyzer = new MaxScoreOverRotations({ shape: options.shape, scoreThreshold: -Infinity });
    const state = analyzer.initState();
    for (let k = 0; k < 5; k++)
      analyzer.update(state, { scores: itemOf(theirs.scores!, k), rotationMatrix: itemOf(theirs.matrices!, k) });
    const { targetShape, templateShape, fourierShift, mode } = options;
    const result = analyzer.result(state, { targetShape, templateShape, fourierShift, convolutionMode: mode });
    expect(result.scores.shape).toEqual(theirs.best!.shape);
    expect(worstDifference(result.scores.data, theirs.best!.data)).toBe(0);
    expect(worstDifference(result.rotations.data, theirs.index!.data)).toBe(0);
  });

  test("corrects the background alike, by numbers and by maps", () => {
    const theirs = runPytme(
      `${MAPS}
mean, inv = random.random(shape).astype(np.float32), random.random(shape).astype(np.float32) + 0.5
outcome = {}
for name, arguments in (("numbers", (0.25, 2.0)), ("maps", (mean, inv))):
    analyzer = tme.MaxScoreOverRotations(shape=tuple(shape))
    state = analyzer.init_state()
    for k in range(n): state = analyzer(state, scores[k], matrices[k])
    outcome[name] = analyzer.result(analyzer.correct_background(state, *arguments))[0]
answer(scores=scores, matrices=matrices, mean=mean, inv=inv, **outcome)`,
      { seed: 9, shape: [11, 12], n: 4 },
    );
    const float32 = (array: NdArray<Float64Array>): NdArray<Float32Array> =>
      itemOf({ ...array, shape: [1, ...array.shape] }, 0);
    const run = (mean: Parameters<MaxScoreOverRotations["correctBackground"]>[1], inv: typeof mean): Float32Array => {
      const analyzer = new MaxScoreOverRotations({ shape: [11, 12], scoreThreshold: -Infinity });
      const state = analyzer.initState();
      for (let k = 0; k < 4; k++)
        analyzer.update(state, { scores: itemOf(theirs.scores!, k), rotationMatrix: itemOf(theirs.matrices!, k) });
      return analyzer.correctBackground(state, mean, inv).scores.data;
    };
    expect(worstDifference(run(0.25, 2), theirs.numbers!.data)).toBeLessThan(1e-6);
    expect(worstDifference(run(float32(theirs.mean!), float32(theirs.inv!)), theirs.maps!.data)).toBeLessThan(1e-6);
  });

  test.each([1, 2, 3])("merges overlapping splits with common rotations alike (seed %i)", (seed) => {
    const offsets = [
      [0, 0],
      [5, 0],
      [3, 6],
    ];
    const theirs = runPytme(
      `shape, n = a["shape"], 5
scores = random.standard_normal((3, n, *shape)).astype(np.float32)
matrices = random.standard_normal((3, n, 2, 2)).astype(np.float32)
matrices[2, :3] = matrices[0, 2:]
results = []
for split in range(3):
    analyzer = tme.MaxScoreOverRotations(shape=tuple(shape), offset=np.array(a["offsets"][split]))
    state = analyzer.init_state()
    for k in range(n): state = analyzer(state, scores[split, k], matrices[split, k])
    results.append(analyzer.result(state))
best, offset, index, mapping, square = tme.MaxScoreOverRotations.merge(results)
covered = np.isfinite(best) & (index >= 0)
winner = np.where(covered, index, 0)
answer(scores=scores.reshape(-1, *shape), matrices=matrices.reshape(-1, 2, 2), best=best, covered=covered, won=np.array([mapping[k] for k in range(len(mapping))])[winner])`,
      { seed, shape: [8, 9], offsets },
    );
    const splits = offsets.map((offset, split): AnalyzerResult => {
      const analyzer = new MaxScoreOverRotations({ shape: [8, 9], offset, scoreThreshold: -Infinity });
      const state = analyzer.initState();
      for (let k = split * 5; k < split * 5 + 5; k++)
        analyzer.update(state, { scores: itemOf(theirs.scores!, k), rotationMatrix: itemOf(theirs.matrices!, k) });
      return analyzer.result(state);
    });
    const merged = MaxScoreOverRotations.merge(splits, { scoreThreshold: -Infinity })!;
    expect(merged.scores.shape).toEqual(theirs.best!.shape);
    let compared = 0;
    theirs.covered!.data.forEach((covered, voxel) => {
      if (covered === 0) {
        expect(merged.rotations.data[voxel]).toBe(-1);
        return;
      }
      compared++;
      expect(merged.scores.data[voxel]).toBe(theirs.best!.data[voxel]);
      const won = merged.rotationMapping.get(merged.rotations.data[voxel]!)!;
      expect(worstDifference(won, theirs.won!.data.subarray(voxel * 4, voxel * 4 + 4))).toBe(0);
    });
    expect(compared).toBeGreaterThan(100);
  });
});

describe.skipIf(!live)(`MaxScoreOverTranslations against pyTME live${missing}`, () => {
  test.each([[undefined], [[1]], [[0, 2]]])("keeps the same maxima over the axes %j", (aggregateAxes) => {
    const theirs = runPytme(
      `${MAPS}
axes = a.get("aggregateAxes")
analyzer = tme.MaxScoreOverTranslations(shape=tuple(shape), n_rotations=n, aggregate_axis=None if axes is None else tuple(axes))
state = analyzer.init_state()
for k in range(n): state = analyzer(state, scores[k], matrices[k])
best, offset, index, mapping, square = analyzer.result(state)
answer(scores=scores, matrices=matrices, best=best)`,
      { seed: 11, shape: [6, 7, 5], n: 8, aggregateAxes },
    );
    const analyzer = new MaxScoreOverTranslations({
      shape: [6, 7, 5],
      nRotations: 8,
      scoreThreshold: -Infinity,
      ...(aggregateAxes ? { aggregateAxes } : {}),
    });
    const state = analyzer.initState();
    for (let k = 0; k < 8; k++)
      analyzer.update(state, { scores: itemOf(theirs.scores!, k), rotationMatrix: itemOf(theirs.matrices!, k) });
    const { scores, rotationMapping } = analyzer.result(state);
    expect(rotationMapping.size).toBe(7);
    expect(scores.shape).toEqual(theirs.best!.shape);
    expect(worstDifference(scores.data, theirs.best!.data)).toBe(0);
  });
});
