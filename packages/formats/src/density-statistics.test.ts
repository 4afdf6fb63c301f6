import { expect, test } from "vitest";
import { densityStatistics } from "./density-statistics.js";

/** In two plain passes. */
function plain(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((a, b) => a + b, 0) / finite.length;
  const squares = finite.reduce((a, b) => a + (b - mean) ** 2, 0);
  return [Math.min(...finite), Math.max(...finite), mean, Math.sqrt(squares / finite.length)];
}

test.each([1, 5, 65_535, 65_538, 100_003])("statistics of %i values, some of them not finite", (length) => {
  for (const holes of [false, true]) {
    const data = Float32Array.from({ length }, (_, i) =>
      holes && i % 7 === 3
        ? [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][i % 3]!
        : 1e4 + Math.sin(i * i),
    );
    const [minimum, maximum, mean, deviation] = plain([...data]);
    const found = densityStatistics(data);
    expect([found.minimum, found.maximum]).toEqual([minimum, maximum]);
    expect(found.mean).toBeCloseTo(mean!, 6);
    expect(found.deviation).toBeCloseTo(deviation!, 6);
  }
});

test("no values, and none that are finite, have zeros", () => {
  const zeros = { minimum: 0, maximum: 0, mean: 0, deviation: 0 };
  expect(densityStatistics(new Float32Array(0))).toEqual(zeros);
  expect(densityStatistics(new Float32Array(9).fill(Number.NaN))).toEqual(zeros);
});
