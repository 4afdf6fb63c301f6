// Steps through a history of 200^3 voxels and 1,000 rotations of noise, and prints how long it takes: node test/arrow/history-speed.mjs [EDGE] [ROTATIONS]
import { HistoryCursor, historyBytes, historyOf, ndarray, prepareReplay } from "@rotoscope/core";

const [edge = 200, rotations = 1000] = process.argv.slice(2).map(Number);
const size = edge ** 3;
const shape = [edge, edge, edge];
let seed = 1;
const random = () => {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
};
const scores = new Float32Array(size);
const winners = new Int32Array(size).fill(-1);
const steps = [];
const checks = new Map();
/** In noise, rotation k is a voxel's best so far with probability 1 / k. */
for (let k = 1; k <= rotations; k++) {
  const voxel = new Int32Array(Math.ceil((1.2 * size) / k) + 64);
  let count = 0;
  for (let at = k === 1 ? 0 : Math.floor(-Math.log(random()) * k); at < size && count < voxel.length; ) {
    voxel[count++] = at;
    at += k === 1 ? 1 : 1 + Math.floor(Math.log(random()) / Math.log(1 - 1 / k));
  }
  const step = { voxel: voxel.slice(0, count), score: new Float32Array(count), rotation: new Int32Array(count) };
  for (let entry = 0; entry < count; entry++) {
    const at = step.voxel[entry];
    step.score[entry] = scores[at];
    step.rotation[entry] = winners[at];
    scores[at] += 1 - scores[at] > 0 ? (1 - scores[at]) * random() : 0;
    winners[at] = k - 1;
  }
  steps.push(step);
  if (k % 97 === 0 || k === 1) checks.set(k, [sum(scores), sum(winners)]);
}
const history = historyOf(steps);
const entries = steps.reduce((total, { voxel }) => total + voxel.length, 0);
console.log(
  `${entries} entries, ${((12 * entries) / 2 ** 20).toFixed(0)} MiB (estimate ${(historyBytes(shape, rotations) / 2 ** 20).toFixed(0)})`,
);

const maps = { scores: ndarray(scores, shape), rotations: ndarray(winners, shape) };
let longest = 0;
let last = performance.now();
const started = last;
await prepareReplay(history, maps, async () => {
  longest = Math.max(longest, performance.now() - last);
  await new Promise((resolve) => setImmediate(resolve));
  last = performance.now();
});
console.log(`prepared in ${(performance.now() - started).toFixed(0)} ms, at most ${longest.toFixed(0)} ms at a time`);

const cursor = new HistoryCursor(history, maps);
/** Processor time, which other load lengthens less than it does the clock's. */
const timed = (step) => {
  const start = process.cpuUsage();
  cursor.moveTo(step);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};
const show = (what, times) => {
  const sorted = [...times].sort((a, b) => a - b);
  console.log(
    `${what}: median ${sorted[sorted.length >> 1].toFixed(2)} ms, most ${sorted.at(-1).toFixed(2)} ms, first ${times[0].toFixed(2)} ms`,
  );
};
const jumps = [1, rotations, rotations / 2, 0, 3, rotations - 1];
while (jumps.length < 60) jumps.push(Math.floor(random() * (rotations + 1)));
show(
  "jumps",
  jumps.map((step) => timed(Math.floor(step))),
);
for (const start of [rotations / 2, rotations / 10, 10]) {
  cursor.moveTo(start);
  const forward = Array.from({ length: 40 }, (_, i) => timed(start + 1 + i));
  const back = Array.from({ length: 40 }, (_, i) => timed(start + 39 - i));
  show(`neighbours from step ${start}`, [...forward, ...back]);
}
cursor.moveTo(0);
show(
  "all steps, played from the first",
  Array.from({ length: rotations }, (_, k) => timed(k + 1)),
);
for (const [step, [a, b]] of checks) {
  cursor.moveTo(step);
  if (sum(cursor.scores) !== a || sum(cursor.rotations) !== b) throw new Error(`step ${step} is wrong`);
}

function sum(values) {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at];
  return total;
}
