import { expect, test } from "vitest";
import { mutate } from "./mutations.js";

/** `npm run fuzz` sets these. */
const MUTATIONS = Number(process.env.MUTATIONS ?? 300);
const SEED = Number(process.env.SEED ?? 20261122);

test(`${MUTATIONS} damaged files (seed ${SEED}) give an error or the right data, never a crash, a hang or wrong data`, {
  timeout: 60_000 + 100 * MUTATIONS,
}, async () => {
  const outcomes = await mutate(MUTATIONS, SEED);
  const refused = [...outcomes].filter(([key]) => !key.endsWith("same")).reduce((sum, [, count]) => sum + count, 0);
  expect(refused).toBeGreaterThan(MUTATIONS / 2);
  expect(refused).toBeLessThan(MUTATIONS);
});
