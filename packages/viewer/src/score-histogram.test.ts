import { expect, it } from "vitest";
import { countFrom, percentile } from "./score-histogram.js";

const even = { low: 0, high: 1, counts: new Uint32Array(100).fill(10) };

it("finds percentiles to within an interval", () => {
  for (const share of [0, 0.01, 0.25, 0.5, 0.99, 1]) expect(percentile(even, share)).toBeCloseTo(share, 1);
  const oneHigh = { low: 0, high: 10, counts: Uint32Array.of(99, 0, 0, 0, 0, 0, 0, 0, 0, 1) };
  expect(percentile(oneHigh, 0.5)).toBeLessThan(1);
  expect(percentile(oneHigh, 1)).toBe(10);
});

it("counts what lies at or above a value", () => {
  expect([0, 0.5, 0.95, 1].map((value) => countFrom(even, value))).toEqual([1000, 500, 50, 0]);
});
