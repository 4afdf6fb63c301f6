import { expect, test } from "vitest";
import { orderStatistic } from "./order-statistic.js";

test("gives what stands there in a sorted copy, negatives, ties and infinities included", async () => {
  let seed = 9;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  const values = Float32Array.from({ length: 3000 }, () => Math.round(random() * 900) * 10 ** Math.round(random() * 9));
  values.set([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1e-40, 1e-40], 100);
  const sorted = values.slice().sort();
  for (let index = 0; index < values.length; index += 7)
    expect((await orderStatistic(values, index)) - 0).toBe(sorted[index]! === 0 ? 0 : sorted[index]! - 0);
  expect(await orderStatistic(values, values.length - 1)).toBe(Number.POSITIVE_INFINITY);
});
