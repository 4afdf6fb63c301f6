import { join } from "node:path";
import { readPytom } from "@rotoscope/formats";
import { expect, test } from "vitest";
import { checkout } from "../machine.js";
import { pythonHas } from "../python.js";
import { mutate } from "./mutations.js";

/** `npm run fuzz` sets these. */
const MUTATIONS = Number(process.env.MUTATIONS ?? 300);
const SEED = Number(process.env.SEED ?? 20261122);
const python = pythonHas("numpy", "h5py");

test(`${MUTATIONS} damaged files per parser (seed ${SEED}) give values or an error that names the file${python ? "" : "; pyTME's left out, .venv has no numpy and h5py"}`, {
  timeout: 120_000 + 1000 * MUTATIONS,
}, async () => {
  const outcomes = await mutate(MUTATIONS, SEED, python);
  const refused = [...outcomes].filter(([key]) => !key.endsWith("read")).reduce((sum, [, count]) => sum + count, 0);
  const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  expect(total).toBe(MUTATIONS * (python ? 19 : 11));
  expect(refused).toBeGreaterThan(total / 4);
  expect(refused).toBeLessThan(total);
});

test("a job with a symmetry of 0, which damage once made, is an error that names the file", async () => {
  await expect(readPytom(join(checkout, "test/formats/corpus/symmetry-0_job.json"))).rejects.toThrow(
    /^symmetry-0_job.json: .* symmetry 0/,
  );
});
