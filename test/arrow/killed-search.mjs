// Runs a search with a checkpoint and writes the result: node killed-search.mjs FOLDER SEED WORKERS. Continues where an earlier run was killed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadState, writeArrow } from "@rotoscope/arrow";
import { rotationSet } from "@rotoscope/core";
import { match } from "@rotoscope/matching";

const [folder, seed, workers] = process.argv.slice(2);

/** A volume of seeded noise. */
function noise(shape, start) {
  let state = start;
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  });
  return { data, shape, stride: [shape[1] * shape[2], shape[2], 1], voxelSizeAngstrom: [4, 4, 4], source: null };
}

const path = join(folder, "run.state.arrow");
const resume = existsSync(path) ? await loadState(path) : undefined;
console.log(`resumed ${resume?.done.reduce((sum, [from, to]) => sum + to - from, 0) ?? 0}`);
const search = match({
  target: noise([24, 26, 28], Number(seed)),
  template: noise([9, 9, 9], Number(seed) + 1),
  rotations: rotationSet({ angularSamplingDegrees: 15 }),
  workers: Number(workers),
  checkpoint: { path, everySeconds: 0.05 },
  ...(resume ? { resume } : {}),
});
const result = await search;
await writeArrow(join(folder, "result.arrow"), result);
console.log(`done ${result.complete} ${result.warnings.join(" | ")}`);
