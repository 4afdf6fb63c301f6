// Times the engine against pyTME on the same work: FLCSphericalMask, linear, padded edges. The results are compared first; then
// milliseconds per rotation in the steady state (a long run minus a short one), medians of interleaved runs, processor time and
// wall time. Usage: node test/peers/engine.mjs [repetitions=3] [workers=1] [cases, such as 0,1,2]
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ndarray, sphereMask } from "../../packages/core/dist/index.js";
import { match } from "../../packages/matching/dist/index.js";

const cases = [
  { shape: [100, 100, 100], templateShape: [28, 28, 28], short: 40, long: 340 },
  { shape: [208, 208, 112], templateShape: [48, 48, 48], short: 10, long: 70 },
  { shape: [150, 170, 90], templateShape: [30, 30, 30], short: 20, long: 220 },
];
const [repetitions = 3, workers = 1] = process.argv.slice(2).map(Number);
const chosen = (process.argv[4] ?? "0,1,2").split(",").map((index) => cases[Number(index)]);
const here = fileURLToPath(new URL(".", import.meta.url));
const peer = spawn(`${here}../../.venv/bin/python`, [`${here}pytme_engine.py`], { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();

async function pytme(task) {
  peer.stdin.write(`${JSON.stringify({ ...task, jobs: workers })}\n`);
  return JSON.parse((await answers.next()).value);
}

async function ours({ target, template, mask, rotations }, count) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const result = await match({
    ...{ target, template, mask, workers, history: false, scoreThreshold: Number.NEGATIVE_INFINITY },
    rotations: ndarray(rotations.subarray(0, 9 * count), [count, 3, 3]),
  });
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, scores: result.scores.data };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

for (const { shape, templateShape, short, long } of chosen) {
  const made = await pytme({ make: [shape, templateShape, long] });
  const floats = (name) => new Float32Array(new Uint8Array(readFileSync(made[name])).buffer);
  const volume = (name, lengths) => ({
    ...ndarray(floats(name), lengths),
    voxelSizeAngstrom: [1, 1, 1],
    originAngstrom: [0, 0, 0],
  });
  const input = {
    target: volume("target", shape),
    template: volume("template", templateShape),
    mask: sphereMask(templateShape, Math.min(...templateShape) / 2 - 0.6),
    rotations: floats("rotations"),
  };
  const [mine, theirs] = [await ours(input, short), await pytme({ run: short, keep: true })];
  const reference = new Float32Array(new Uint8Array(readFileSync(theirs.scores)).buffer);
  const worst = reference.reduce((max, score, voxel) => Math.max(max, Math.abs(score - mine.scores[voxel])), 0);
  if (!(worst < 1e-4)) throw new Error(`${shape.join(" x ")}: scores differ by ${worst}`);
  const times = { mine: [], theirs: [] };
  for (let repetition = 0; repetition < repetitions; repetition++)
    for (const [name, run] of [
      ["mine", (count) => ours(input, count)],
      ["theirs", (count) => pytme({ run: count })],
    ]) {
      const [a, b] = [await run(short), await run(long)];
      const perRotation = (key) => (1000 * (b[key] - a[key])) / (long - short);
      times[name].push({
        cpu: perRotation("cpu"),
        wall: perRotation("wall"),
        setUp: a.wall - (short * perRotation("wall")) / 1000,
      });
    }
  const show = (key) => {
    const [m, t] = [times.mine, times.theirs].map((list) => median(list.map((time) => time[key])));
    return `${key} ${m.toFixed(2)} / ${t.toFixed(2)} ms, ratio ${(t / m).toFixed(2)}`;
  };
  const setUp = [times.mine, times.theirs].map((list) => median(list.map((time) => time.setUp)).toFixed(2)).join(" / ");
  process.stdout.write(
    `${shape.join(" x ")}, ${templateShape.join(" x ")}, ${workers} worker(s), differ by ${worst.toExponential(1)}: ours / pyTME per rotation: ${show("cpu")}; ${show("wall")}; set-up ${setUp} s\n`,
  );
}
peer.stdin.end();
