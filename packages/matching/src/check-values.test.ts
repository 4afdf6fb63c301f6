import { expect, test } from "vitest";
import { firstNotFinite, firstNotWeight } from "./check-values.js";

const LENGTHS = [0, 1, 3, 4, 5, 16_383, 16_384, 16_385, 40_003];
const BAD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

test("the first value that isn't finite is found wherever it is", () => {
  for (const length of LENGTHS) {
    const values = Float32Array.from({ length }, (_, at) => (at % 2 === 0 ? -3.4e38 : 3.4e38));
    expect(firstNotFinite(values)).toBe(-1);
    const places = [0, 1, 2, 3, 16_383, 16_384, 16_386, length - 2, length - 1];
    for (const [index, place] of places.filter((at) => at >= 0 && at < length).entries()) {
      const bad = values.with(place, BAD[index % 3]!);
      expect(firstNotFinite(bad)).toBe(place);
      expect(firstNotFinite(bad.with(length - 1, Number.NaN))).toBe(place);
    }
  }
});

test("the first value that is no weight is found", () => {
  const weights = Float32Array.of(0, 1, 1e30, -0, 0.5);
  expect(firstNotWeight(weights)).toBe(-1);
  for (const bad of [-1e-30, Number.NaN, Number.NEGATIVE_INFINITY])
    for (let at = 0; at < weights.length; at++) expect(firstNotWeight(weights.with(at, bad))).toBe(at);
});
