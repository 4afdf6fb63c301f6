import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPeaks, ndarray, type Peak, PeakCallerMaximumFilter } from "./index.js";

/** The specification by brute force, in 2-D. */
function bruteForce(scores: readonly number[], [rows, columns]: [number, number], d: number, numPeaks: number): Peak[] {
  const candidates: Peak[] = [];
  scores.forEach((score, flat) => {
    const [y, x] = [Math.floor(flat / columns), flat % columns];
    for (let v = y - Math.floor(d / 2); v < y - Math.floor(d / 2) + d; v++)
      for (let u = x - Math.floor(d / 2); u < x - Math.floor(d / 2) + d; u++)
        if (v >= 0 && u >= 0 && v < rows && u < columns && scores[v * columns + u]! > score) return;
    if (!Number.isNaN(score)) candidates.push({ position: [y, x], score, rotation: 0 });
  });
  candidates.sort((a, b) => b.score - a.score);
  const kept: Peak[] = [];
  for (const peak of candidates) {
    const distance = (other: Peak): number =>
      Math.hypot(other.position[0]! - peak.position[0]!, other.position[1]! - peak.position[1]!);
    if (kept.length < numPeaks && kept.every((better) => Math.floor(distance(better)) > d)) kept.push(peak);
  }
  return kept;
}

describe("PeakCallerMaximumFilter", () => {
  test("finds window maxima, drops those too close to a better one, keeps the best", () => {
    const values = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN)), {
      minLength: 42,
      maxLength: 42,
    });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 8 }),
        (scores, minDistance, numPeaks) => {
          const caller = new PeakCallerMaximumFilter({ shape: [6, 7], minDistance, numPeaks });
          const map = ndarray(Float32Array.from(scores), [6, 7]);
          const peaks = caller.result(caller.update(caller.initState(), { scores: map, rotationIndex: 0 }));
          expect(peaks).toEqual(bruteForce(scores, [6, 7], minDistance, numPeaks));
        },
      ),
    );
  });

  test("takes a peak's rotation from the rotation map and skips voxels without one", () => {
    const scores = ndarray(Float32Array.of(5, 0, 3, 0, 4), [5]);
    const rotations = ndarray(Int32Array.of(-1, 0, 2, 0, 7), [5]);
    expect(findPeaks({ scores, rotations }, { minDistance: 1 })).toEqual([
      { position: [4], score: 4, rotation: 7 },
      { position: [2], score: 3, rotation: 2 },
    ]);
  });

  test("respects boundary distance and score limits, negative scores included", () => {
    const scores = ndarray(Float32Array.of(9, -1, -2, -1.5, -3, 8), [6]);
    const caller = new PeakCallerMaximumFilter({ shape: [6], minDistance: 0, minBoundaryDistance: 1, minScore: -2.5 });
    const peaks = caller.result(caller.update(caller.initState(), { scores, rotationIndex: 3 }));
    expect(peaks.map((peak) => peak.score)).toEqual([-1, -1.5, -2]);
  });

  test("merging the states of two maps equals updating one state with both", () => {
    const caller = new PeakCallerMaximumFilter({ shape: [4], minDistance: 1, numPeaks: 2 });
    const a = { scores: ndarray(Float32Array.of(1, 5, 2, 3), [4]), rotationIndex: 0 };
    const b = { scores: ndarray(Float32Array.of(4, 1, 1, 6), [4]), rotationIndex: 1 };
    const one = caller.update(caller.update(caller.initState(), a), b);
    const merged = caller.merge([caller.update(caller.initState(), b), caller.update(caller.initState(), a)]);
    expect(merged).toEqual(one);
    expect(one.peaks.map(({ score, rotation }) => [score, rotation])).toEqual([
      [6, 1],
      [5, 0],
    ]);
  });

  test.each([
    [{ shape: [4], numPeaks: 0 }, "numPeaks: 0"],
    [{ shape: [4], minDistance: -1 }, "minDistance: -1"],
    [{ shape: [0] }, "shape: [0]"],
  ])("refuses the options %j by name and value", (options, message) => {
    expect(() => new PeakCallerMaximumFilter(options)).toThrow(message);
  });
});
