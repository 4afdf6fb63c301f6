import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MaxScoreOverRotations, ndarray } from "./index.js";

/** Distinct matrices: the number k times the identity. */
const matrix = (k: number): number[][] => [
  [k, 0],
  [0, k],
];

/** The specification by brute force: per voxel the highest score over the threshold, NaN never, ties to the lowest rotation. */
function bruteForce(
  maps: readonly (readonly number[])[],
  threshold: number,
): { scores: number[]; rotations: number[] } {
  const scores: number[] = [];
  const rotations: number[] = [];
  for (let voxel = 0; voxel < maps[0]!.length; voxel++) {
    const candidates = maps.map((map, rotation) => ({ score: map[voxel]!, rotation }));
    const [best] = candidates
      .filter(({ score }) => score > threshold)
      .sort((a, b) => b.score - a.score || a.rotation - b.rotation);
    scores.push(best?.score ?? threshold);
    rotations.push(best?.rotation ?? -1);
  }
  return { scores, rotations };
}

const score = fc.constantFrom(-2, -1, 0, 0.25, 0.5, 1, 2, Number.NaN, Number.POSITIVE_INFINITY);
const mapsOf = (voxels: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(score, { minLength: voxels, maxLength: voxels }), { minLength: 1, maxLength: 6 });

describe("MaxScoreOverRotations", () => {
  test("keeps the best score of each voxel and its rotation, in any order of the updates", () => {
    fc.assert(
      fc.property(
        mapsOf(6),
        fc.constantFrom(0, -1.5, Number.NEGATIVE_INFINITY),
        fc.nat(),
        (maps, scoreThreshold, seed) => {
          const analyzer = new MaxScoreOverRotations({ shape: [2, 3], scoreThreshold });
          const state = analyzer.initState();
          const order = maps.map((_, index) => index).sort((a, b) => ((a * 7 + seed) % 5) - ((b * 7 + seed) % 5));
          for (const rotationIndex of order)
            analyzer.update(state, {
              scores: ndarray(Float32Array.from(maps[rotationIndex]!), [2, 3]),
              rotationMatrix: matrix(rotationIndex + 1),
              rotationIndex,
            });
          const { scores, rotations } = analyzer.result(state);
          const expected = bruteForce(maps, scoreThreshold);
          expect([...scores.data]).toEqual(expected.scores);
          expect([...rotations.data]).toEqual(expected.rotations);
        },
      ),
    );
  });

  test("merging the results of disjoint sets of rotations equals one run over all of them", () => {
    fc.assert(
      fc.property(mapsOf(4), fc.nat(6), (maps, cut) => {
        const run = (from: number, to: number): ReturnType<MaxScoreOverRotations["result"]> => {
          const analyzer = new MaxScoreOverRotations({ shape: [4] });
          const state = analyzer.initState();
          for (let k = from; k < to; k++) analyzer.update(state, { scores: maps[k]!, rotationMatrix: [[k + 1]] });
          return analyzer.result(state);
        };
        const middle = Math.min(cut, maps.length);
        const merged = MaxScoreOverRotations.merge([run(0, middle), run(middle, maps.length)])!;
        const whole = run(0, maps.length);
        expect(merged.scores).toEqual(whole.scores);
        expect(merged.rotations).toEqual(whole.rotations);
        expect([...merged.rotationMapping]).toEqual([...whole.rotationMapping]);
        if (Number.isFinite(whole.meanSquare)) expect(merged.meanSquare).toBeCloseTo(whole.meanSquare, 12);
      }),
    );
  });

  test("merging overlapping splits of a target puts each at its offset", () => {
    const split = (offset: number, values: number[], k: number): ReturnType<MaxScoreOverRotations["result"]> => {
      const analyzer = new MaxScoreOverRotations({ shape: [1, values.length], offset: [0, offset] });
      return analyzer.result(analyzer.update(analyzer.initState(), { scores: [values], rotationMatrix: [[k]] }));
    };
    const a = split(0, [1, 2, 3], 1);
    const b = split(2, [4, 0, 6], 2);
    const merged = MaxScoreOverRotations.merge([a, null, b])!;
    expect([...merged.scores.data]).toEqual([1, 2, 4, 0, 6]);
    expect([...merged.rotations.data]).toEqual([0, 0, 1, -1, 1]);
    expect(merged.offset).toEqual([0, 0]);
    expect([...a.scores.data]).toEqual([1, 2, 3]);
  });

  test("merge of one result is that result, of none null", () => {
    const analyzer = new MaxScoreOverRotations({ shape: [2] });
    const only = analyzer.result(analyzer.initState());
    expect(MaxScoreOverRotations.merge([null, only])).toBe(only);
    expect(MaxScoreOverRotations.merge([])).toBeNull();
  });

  test("a matrix seen before keeps its index; the mean of squares counts distinct rotations", () => {
    const analyzer = new MaxScoreOverRotations({ shape: [2] });
    const state = analyzer.initState();
    analyzer.update(state, { scores: [1, 2], rotationMatrix: matrix(1) });
    analyzer.update(state, { scores: [3, 1], rotationMatrix: matrix(2) });
    analyzer.update(state, { scores: [0, 5], rotationMatrix: matrix(1) });
    const { rotations, rotationMapping, meanSquare } = analyzer.result(state);
    expect([...rotations.data]).toEqual([1, 0]);
    expect([...rotationMapping.keys()]).toEqual([0, 1]);
    expect(meanSquare).toBe((1 + 4 + 9 + 1 + 0 + 25) / (2 * 2));
  });

  test("a result is the reference's tuple too, and prints by its named fields", () => {
    const analyzer = new MaxScoreOverRotations({ shape: [2, 2], offset: [3, 4] });
    const result = analyzer.result(analyzer.initState());
    const [scores, offset, rotations, rotationMapping] = result;
    expect([scores, offset, rotations, rotationMapping]).toEqual([
      result.scores,
      [3, 4],
      result.rotations,
      result.rotationMapping,
    ]);
    expect(result[2].data).toBe(rotations.data);
    expect(result).toHaveLength(4);
    expect(Object.keys(result)).toEqual(["scores", "offset", "rotations", "rotationMapping", "meanSquare"]);
    expect(inspect(result)).toMatch(/^\{\s+scores: /);
  });

  test.each([
    [{ shape: [] }, "shape"],
    [{ shape: [3, 0] }, "shape: [3, 0]"],
    [{ shape: [2.5] }, "shape: [2.5]"],
    [{ shape: [2], offset: [0, 0] }, "offset"],
    [{ shape: [2], scoreThreshold: Number.NaN }, "scoreThreshold"],
  ])("refuses the options %j by name", (options, message) => {
    expect(() => new MaxScoreOverRotations(options)).toThrow(message);
  });

  test("refuses scores of another shape with both shapes", () => {
    const analyzer = new MaxScoreOverRotations({ shape: [2, 3] });
    const update = (scores: number[][]): unknown =>
      analyzer.update(analyzer.initState(), { scores, rotationMatrix: matrix(1) });
    expect(() => update([[1, 2]])).toThrow("scores: shape [1, 2], expected [2, 3]");
    expect(() => update([[1, 2, 3], [4]])).toThrow("scores: 1 elements along axis 1, expected 3");
  });
});
