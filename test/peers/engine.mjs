// Times the engine against pyTME on the same work, padded edges. The results are compared first; then milliseconds per rotation in the
// steady state (a long run minus a short one), medians of interleaved runs, processor time and wall time; a search of the
// microtubule from start to finish; and the peak of memory, each in a fresh process.
// With all of it this takes some 40 minutes: pyTME's set-up varies so much that only runs 300 rotations apart tell its speed.
// Usage: node test/peers/engine.mjs [repetitions=3] [workers=1,2] [cases, such as 0,1,2; none]
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rotationSet } from "../../packages/core/dist/index.js";
import { readVolume } from "../../packages/formats/dist/index.js";
import { floatsOf, inputOf, ourPeak, ours, startPytme } from "./engine-sides.mjs";

const shapes = [
  { shape: [100, 100, 100], templateShape: [28, 28, 28], short: 20, long: 320 },
  { shape: [208, 208, 112], templateShape: [48, 48, 48], short: 10, long: 310 },
  { shape: [150, 170, 90], templateShape: [30, 30, 30], short: 10, long: 310 },
];
const kinds = [
  { score: "FLCSphericalMask", interpolation: "linear" },
  { score: "FLCSphericalMask", interpolation: "cubic" },
  { score: "FLC", interpolation: "linear" },
];
const [repetitions, workerCounts, chosen] = [
  Number(process.argv[2] ?? 3),
  (process.argv[3] ?? "1,2").split(",").map(Number),
  (process.argv[4] ?? "0,1,2").split(",").flatMap((index) => shapes[Number(index)] ?? []),
];

const orderOf = (interpolation) => (interpolation === "cubic" ? 3 : 1);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const print = (line) => process.stdout.write(`${line}\n`);

/** Throws unless both score the same: FLC's float32 denominators allow pyTME ten times as much. */
async function compare(peer, input, count, kind) {
  const mine = await ours(input, count, { ...kind, workers: 1 });
  const task = { run: count, keep: true, jobs: 1, score: kind.score, order: orderOf(kind.interpolation) };
  const reference = floatsOf((await peer.ask(task)).scores);
  // Planes 0: pyTME pads even templates a voxel short.
  const [, height, width] = input.target.shape;
  let worst = 0;
  for (let voxel = 0; voxel < reference.length; voxel++) {
    const inside = voxel >= height * width && voxel % (height * width) >= width && voxel % width > 0;
    if (inside) worst = Math.max(worst, Math.abs(reference[voxel] - mine.scores[voxel]));
  }
  if (!(worst < 1e-4)) throw new Error(`${kind.score}, ${kind.interpolation}: scores differ by ${worst}`);
  return worst;
}

async function steadyState(peer, input, { short, long }, kind, workers) {
  const task = { jobs: workers, score: kind.score, order: orderOf(kind.interpolation) };
  const sides = {
    mine: (count) => ours(input, count, { ...kind, workers }),
    theirs: (count) => peer.ask({ ...task, run: count }),
  };
  const times = { mine: [], theirs: [] };
  for (let repetition = 0; repetition < repetitions; repetition++)
    for (const [name, run] of Object.entries(sides)) {
      const [a, b] = [await run(short), await run(long)];
      const perRotation = (key) => (1000 * (b[key] - a[key])) / (long - short);
      const setUp = a.wall - (short * perRotation("wall")) / 1000;
      times[name].push({ cpu: perRotation("cpu"), wall: perRotation("wall"), setUp });
    }
  return (key) => [times.mine, times.theirs].map((list) => median(list.map((time) => time[key])));
}

print(
  "| work | workers | ours, ms a rotation: processor, wall | pyTME | ratio: processor, wall | set-up, s | scores differ by |",
);
print("|---|---|---|---|---|---|---|");
for (const { shape, templateShape, ...counts } of chosen) {
  const peer = startPytme();
  const input = inputOf(await peer.ask({ make: [shape, templateShape, counts.long] }), shape, templateShape);
  for (const kind of kinds) {
    const worst = await compare(peer, input, counts.short, kind);
    for (const workers of workerCounts) {
      const of = await steadyState(peer, input, counts, kind, workers);
      const [[cpu, theirCpu], [wall, theirWall], setUp] = [of("cpu"), of("wall"), of("setUp")];
      // The processor time of pyTME's several processes can't be had.
      const both = (a, b) => `${workers === 1 ? a.toFixed(1) : "-"}, ${b.toFixed(1)}`;
      print(
        `| ${kind.score}, ${kind.interpolation}, ${shape.join(" x ")}, ${templateShape.join(" x ")} | ${workers} | ${both(cpu, wall)} | ${both(theirCpu, theirWall)} | ` +
          `${both(theirCpu / cpu, theirWall / wall)} | ${setUp.map((seconds) => seconds.toFixed(1)).join(", ")} | ${worst.toExponential(1)} |`,
      );
    }
  }
  peer.end();
}

const data = fileURLToPath(new URL("../../notebooks/data/", import.meta.url));
const [target, template] = await Promise.all(
  ["microtubule_13pf.mrc", "tubulin.mrc"].map((file) => readVolume(data + file)),
);
const folder = mkdtempSync(join(tmpdir(), "rotoscope-bench-"));
const files = {
  target: target.data,
  template: template.data,
  rotations: rotationSet({ angularSamplingDegrees: 30 }).data,
};
const take = Object.fromEntries(Object.keys(files).map((name) => [name, join(folder, name)]));
for (const [name, values] of Object.entries(files)) writeFileSync(take[name], values);
const peer = startPytme();
await peer.ask({ take, shape: target.shape, templateShape: template.shape });
const microtubule = inputOf(take, target.shape, template.shape);
const count = files.rotations.length / 9;
for (const workers of workerCounts) {
  const runs = { mine: [], theirs: [] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    runs.mine.push((await ours(microtubule, count, { ...kinds[0], workers })).wall);
    runs.theirs.push((await peer.ask({ run: count, jobs: workers, score: kinds[0].score, order: 1 })).wall);
  }
  const [mine, theirs] = [median(runs.mine), median(runs.theirs)];
  print(
    `microtubule ${target.shape.join(" x ")}, ${count} rotations, start to finish, ${workers} worker(s): ours ${mine.toFixed(2)} s, pyTME ${theirs.toFixed(2)} s, ratio ${(theirs / mine).toFixed(2)}`,
  );
}
peer.end();

const { shape, templateShape } = shapes[1];
const fresh = startPytme();
const made = await fresh.ask({ make: [shape, templateShape, 6] });
const theirs = (await fresh.ask({ run: 6, jobs: 1, score: kinds[0].score, order: 1 })).peak;
const mine = await ourPeak({ made, shape, templateShape, count: 6, workers: 1, ...kinds[0] });
fresh.end();
const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
print(
  `peak memory, ${shape.join(" x ")}, 1 worker: ours ${megabytes(mine)} MB, pyTME ${megabytes(theirs)} MB, ratio ${(theirs / mine).toFixed(2)}`,
);
