import { describe, expect, test } from "vitest";
import { ndarray, oversamplePeaks } from "./index.js";

/** A periodic bump, of few frequencies, whose top lies at `centre`. */
function bump(shape: readonly number[], centre: readonly number[]): ReturnType<typeof ndarray<Float32Array>> {
  const data = new Float32Array(shape.reduce((a, b) => a * b));
  for (let voxel = 0; voxel < data.length; voxel++) {
    let rest = voxel;
    let value = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const p = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      value *= (1 + Math.cos((2 * Math.PI * (p - centre[axis]!)) / shape[axis]!)) ** 2;
    }
    data[voxel] = value;
  }
  return ndarray(data, shape);
}

describe("oversamplePeaks", () => {
  test.each([
    [[11], [4.375]],
    [
      [12, 13],
      [5.25, 6.625],
    ],
    [
      [9, 10, 12],
      [3.125, 8.75, 0.5],
    ],
  ])("finds the top of a bump on %j at %j, to an eighth of a voxel", (shape, centre) => {
    const [refined] = oversamplePeaks(bump(shape, centre), [centre.map(Math.round)]);
    expect(refined).toEqual(centre);
  });

  test("takes other factors, and any number of positions", () => {
    const scores = bump([12, 12], [5.3, 5.8]);
    expect(oversamplePeaks(scores, [], 10)).toEqual([]);
    const [first, second] = oversamplePeaks(
      scores,
      [
        [5, 6],
        [6, 6],
      ],
      10,
    );
    expect(first!.map((p) => Math.round(p * 10))).toEqual([53, 58]);
    expect(second!.map((p) => Math.round(p * 10))).toEqual([53, 58]);
  });

  test("refuses a position outside and a factor that isn't one, by name and value", () => {
    const scores = bump([4, 4], [1, 1]);
    expect(() => oversamplePeaks(scores, [[1, 4]])).toThrow("positions: 0 is [1,4], expected a voxel of shape [4,4]");
    expect(() => oversamplePeaks(scores, [[1, 1]], 0)).toThrow("factor: 0");
  });
});

test("a place stays within 3/4 voxel of its position for any factor", () => {
  const slope = ndarray(Float32Array.of(0, 1, 2, 3, 4, 3, 2, 1), [8]);
  const moved = [1, 2, 3, 5].map((factor) => oversamplePeaks(slope, [[2]], factor)[0]![0]! - 2);
  expect(moved).toEqual([0, 0.5, 2 / 3, 0.6].map((most) => expect.closeTo(most, 12) as number));
});
