// What recording a history costs, on score maps of the notebooks' microtubule: node test/arrow/recording-speed.mjs [DEGREES] [ROUNDS]
// First an analyzer's updates by hand, with a log and without; then whole searches with a history and without. Processor time, least of all rounds.
import { fileURLToPath } from "node:url";
import { ImprovementLog, ndarray, rotationSet } from "@rotoscope/core";
import { readVolume } from "@rotoscope/formats";
import { match } from "@rotoscope/matching";
import { MaxScoreOverRotations } from "@rotoscope/wasm";

const [degrees = 40, rounds = 8] = process.argv.slice(2).map(Number);
const data = (name) => fileURLToPath(new URL(`../../notebooks/data/${name}`, import.meta.url));
const [target, template] = [await readVolume(data("microtubule_13pf.mrc")), await readVolume(data("tubulin.mrc"))];
const rotations = rotationSet({ angularSamplingDegrees: degrees });
const count = rotations.shape[0];
const { shape } = target;

const search = match({ target, template, rotations, history: false });
const expected = await search;
const maps = [];
for (let k = 0; k < count; k++) maps.push(await search.scoreMap(k));

function updates(log) {
  const analyzer = new MaxScoreOverRotations({ shape, rotations });
  const state = analyzer.initState();
  const start = process.cpuUsage();
  for (let k = 0; k < count; k++)
    analyzer.update(state, { scores: ndarray(maps[k].data, shape), rotationIndex: k }, log);
  const { user, system } = process.cpuUsage(start);
  if (Buffer.compare(Buffer.from(state.scores.data), Buffer.from(expected.scores.data)) !== 0)
    throw new Error("other maxima");
  return (user + system) / 1000;
}

async function searches(history) {
  const start = process.cpuUsage();
  await match({ target, template, rotations, workers: 1, history });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

async function compare(what, without, withIt) {
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++)
    for (const [which, run] of [without, withIt].entries()) least[which] = Math.min(least[which], await run());
  const [a, b] = least;
  console.log(`${what}: ${a.toFixed(0)} ms, recording ${b.toFixed(0)} ms, ratio ${(b / a).toFixed(2)}`);
}

console.log(`${count} rotations, ${shape.join(" x ")} voxels`);
await compare(
  "updates",
  () => updates(undefined),
  () => updates(new ImprovementLog()),
);
await compare(
  "searches",
  () => searches(false),
  () => searches(true),
);
