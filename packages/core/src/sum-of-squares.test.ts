import fc from "fast-check";
import { expect, test } from "vitest";
import { sumOfSquares } from "./sum-of-squares.js";

test("the sum of squares is that of float64 to float32's precision, whatever the scores' size", () => {
  const score = fc.oneof(fc.float({ noDefaultInfinity: true }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(score, { maxLength: 400 }), fc.nat(20), (values, from) => {
      const scores = Float32Array.from(values);
      const expected = scores.slice(from).reduce((sum, score) => (Number.isNaN(score) ? sum : sum + score ** 2), 0);
      const sum = sumOfSquares(scores, from, Math.max(from, scores.length));
      expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-6 * expected);
    }),
  );
});

test("pieces are added in their order", () => {
  const scores = Float32Array.from({ length: 70_000 }, (_, at) => Math.sin(at * at));
  const pieces = [0, 32_768, 65_536].map((start) => sumOfSquares(scores, start, Math.min(start + 32_768, 70_000)));
  expect(sumOfSquares(scores, 0, 70_000)).toBe(pieces[0]! + pieces[1]! + pieces[2]!);
});
