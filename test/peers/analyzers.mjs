// Compares the speed of the compiled analyzers with pyTME's, on the same data, after checking that the results are the same: `node test/peers/analyzers.mjs [--short] [PART OF A TITLE]`.
// The runs alternate, so that whatever else the machine does meets both. The times are the lowest of processor time, in which waiting for a core doesn't count;
// the last column has the ratio of the lowest by the clock.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ndarray } from "@rotoscope/core";
import {
  MaxScoreOverRotations,
  PeakCallerFast,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
} from "@rotoscope/wasm";
import { python } from "../../scripts/python-env.mjs";

const short = process.argv.includes("--short");
const wanted = process.argv.slice(2).find((word) => !word.startsWith("--")) ?? "";
const length = short ? 48 : 256;
const shape = [length, length, length];
const rounds = short ? 1 : 9;
const identity = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
const callers = {
  PeakCallerSort,
  PeakCallerMaximumFilter,
  PeakCallerFast,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
};

const folder = mkdtempSync(join(tmpdir(), "rotoscope-peers-"));
const peer = startPeer();
try {
  console.log(`${length}^3, the lowest of ${rounds} alternating runs each; pyTME 0.3.6\n`);
  console.log("work                                     ours ms   pyTME ms   ratio   goal   by the clock");
  await compare("update, half the voxels improve", 10, ["update", true], update);
  const none = await compare("update, none improves", 3, ["update", false], update);
  for (const [name, Caller] of Object.entries(callers)) await compare(name, 5, ["peaks", name], peaksBy(Caller));
  await compare("merge of 8 overlapping splits", 5, ["merge"], merge);
  if (none) {
    const copy = lowestOf(none.copies, "cpu");
    console.log(`
A copy of one map, which moves the bytes that an update without improvement reads: ${ms(copy)} ms
(${((2 * 4 * length ** 3) / copy / 1e9).toFixed(1)} GB/s); that update takes ${(none.ours / copy).toFixed(2)} times as long, goal 1.5`);
  }
} finally {
  peer.child.stdin.end();
  rmSync(folder, { recursive: true });
}

async function compare(title, goal, peerCase, ourCase) {
  if (!title.includes(wanted)) return null;
  await peer.ask("case", ...peerCase);
  const { prepare, run, check } = ourCase();
  prepare();
  run();
  await peer.ask("time");
  await peer.ask("answer");
  check();
  const ours = [];
  const theirs = [];
  const copies = [];
  const source = new Float32Array(length ** 3).fill(1);
  const target = new Float32Array(length ** 3).fill(2);
  for (let round = 0; round < rounds; round++) {
    prepare();
    ours.push(timed(run));
    theirs.push(await peer.ask("time"));
    copies.push(timed(() => target.set(source)));
  }
  const [our, their] = [lowestOf(ours, "cpu"), lowestOf(theirs, "cpu")];
  const clock = lowestOf(theirs, "wall") / lowestOf(ours, "wall");
  const cells = [ms(our).padStart(8), ms(their).padStart(10), (their / our).toFixed(1).padStart(7)];
  console.log(`${title.padEnd(39)} ${cells.join(" ")} ${String(goal).padStart(6)} ${clock.toFixed(1).padStart(14)}`);
  return { ours: our, copies };
}

function update() {
  const analyzer = new MaxScoreOverRotations({ shape });
  const best = floats("best");
  const scores = ndarray(floats("scores"), shape);
  const state = analyzer.initState();
  analyzer.update(state, { scores: ndarray(best, shape), rotationMatrix: identity });
  return {
    prepare: () => {
      state.scores.data.set(best);
      state.rotations.data.fill(0);
    },
    run: () => analyzer.update(state, { scores, rotationMatrix: identity.map((value) => 2 * value) }),
    check: () => {
      expectSame("scores", state.scores.data, floats("answer.scores"));
      expectSame("rotations", state.rotations.data, integers("answer.rotations"));
    },
  };
}

function peaksBy(Caller) {
  return () => {
    const caller = new Caller({ shape, numPeaks: 500, minDistance: 8 });
    const scores = ndarray(floats("scores"), shape);
    let peaks;
    return {
      prepare: () => {},
      run: () => {
        peaks = caller.result(caller.update(caller.initState(), { scores, rotationMatrix: identity }));
      },
      check: () => {
        const positions = integers("answer.positions");
        const theirs = Array.from(floats("answer.scores"), (score, k) =>
          line(positions.subarray(3 * k, 3 * k + 3), score),
        );
        expectSame("peaks", peaks.map(({ position, score }) => line(position, score)).sort(), theirs.sort());
      },
    };
  };
}

function merge() {
  const size = Math.floor((length * 5) / 8);
  const step = Math.floor((length * 3) / 8);
  const splits = Array.from({ length: 8 }, (_, number) => ({
    scores: ndarray(floats(`scores.${number}`), [size, size, size]),
    rotations: ndarray(integers(`rotations.${number}`), [size, size, size]),
    offset: [number >> 2, (number >> 1) & 1, number & 1].map((at) => at * step),
    rotationMapping: new Map(
      Array.from({ length: 100 }, (_, k) => [k, identity.map((value) => value * (1 + ((k + 13 * number) % 100)))]),
    ),
    meanSquare: 1,
  }));
  let merged;
  return {
    prepare: () => {},
    run: () => {
      merged = MaxScoreOverRotations.merge(splits);
    },
    check: () => {
      const matrices = merged.rotations.data.map((index) => merged.rotationMapping.get(index)[0]);
      expectSame("scores", merged.scores.data, floats("answer.scores"));
      expectSame("matrices", matrices, integers("answer.matrices"));
    },
  };
}

function startPeer() {
  const script = fileURLToPath(new URL("analyzers.py", import.meta.url));
  const child = spawn(python, [script, folder, String(length)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "close").then(([code]) => {
    throw new Error(`pyTME's side ended with status ${code}`);
  });
  ended.catch(() => {});
  const ask = async (...command) => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const [reply] = await Promise.race([once(lines, "line"), ended]);
    return JSON.parse(reply);
  };
  return { child, ask };
}

function expectSame(what, ours, theirs) {
  if (ours.length !== theirs.length) throw new Error(`${what}: ${ours.length} of ours, ${theirs.length} of pyTME's`);
  const different = ours.findIndex((value, at) => value !== theirs[at]);
  if (different >= 0)
    throw new Error(`${what}: element ${different} is ${ours[different]}, pyTME's is ${theirs[different]}`);
}

function line(position, score) {
  return `${Array.from(position)} ${score}`;
}

function floats(name) {
  return new Float32Array(bytes(name));
}

function integers(name) {
  return new Int32Array(bytes(name));
}

function bytes(name) {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name));
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/** Seconds that `work` takes, by the clock and of the processor. */
function timed(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}

function lowestOf(times, kind) {
  return Math.min(...times.map((time) => time[kind]));
}

function ms(value) {
  return (value * 1000).toFixed(1);
}
