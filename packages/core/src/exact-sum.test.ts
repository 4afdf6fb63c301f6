import fc from "fast-check";
import { expect, test } from "vitest";
import { addExactly } from "./exact-sum.js";
import { addSums, exactSum, sumValue } from "./index.js";

const amount = fc.oneof(
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true, max: 1e300 }),
  fc.double({ min: 0, max: 1e-300, noNaN: true }),
  fc.integer({ min: 0, max: 1000 }),
);

test("doesn't depend on the order, nor on how the numbers are shared out", () => {
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 30 }), fc.nat(), (values, cut) => {
      const sum = (numbers: readonly number[]): BigInt64Array => {
        const lanes = exactSum();
        for (const number of numbers) addExactly(lanes, number);
        return lanes;
      };
      const whole = sumValue(sum(values));
      expect(sumValue(sum([...values].reverse()))).toBe(whole);
      const at = cut % (values.length + 1);
      const parts = sum(values.slice(0, at));
      addSums(parts, sum(values.slice(at)));
      expect(sumValue(parts)).toBe(whole);
      const naive = [...values].sort((a, b) => a - b).reduce((a, b) => a + b, 0);
      expect(Math.abs(whole - naive)).toBeLessThanOrEqual(1e-14 * naive);
    }),
  );
});

test("rounds the exact sum once", () => {
  const lanes = exactSum();
  for (const value of [1e16, 1, 1]) addExactly(lanes, value);
  expect(sumValue(lanes)).toBe(1e16 + 2);
  addExactly(lanes, Number.POSITIVE_INFINITY);
  expect(sumValue(lanes)).toBe(Number.POSITIVE_INFINITY);
  const smallest = exactSum();
  addExactly(smallest, Number.MIN_VALUE);
  expect(sumValue(smallest)).toBe(Number.MIN_VALUE);
});
