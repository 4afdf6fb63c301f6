// The two sides of engine.mjs: searches by pyTME, in a process that answers JSON lines, and by ours, in a process of its own where
// memory is measured.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ndarray, sphereMask } from "../../packages/core/dist/index.js";
import { match } from "../../packages/matching/dist/index.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** A pyTME process: `ask(task)` gives its answer. */
export function startPytme() {
  const python = `${here}../../.venv/bin/python`;
  const peer = spawn(python, [`${here}pytme_engine.py`], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  return {
    async ask(task) {
      peer.stdin.write(`${JSON.stringify(task)}\n`);
      return JSON.parse((await answers.next()).value);
    },
    end: () => peer.stdin.end(),
  };
}

export function floatsOf(file) {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

/** What `match` takes, from the files that pyTME's process made. */
export function inputOf(made, shape, templateShape) {
  const volume = (name, lengths) => ({
    ...ndarray(floatsOf(made[name]), lengths),
    ...{ voxelSizeAngstrom: [1, 1, 1], originAngstrom: [0, 0, 0] },
  });
  return {
    target: volume("target", shape),
    template: volume("template", templateShape),
    mask: sphereMask(templateShape, Math.min(...templateShape) / 2 - 0.6),
    rotations: floatsOf(made.rotations),
  };
}

/** Our search with the first `count` rotations. */
export async function ours({ rotations, ...input }, count, { score, interpolation, workers }) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const result = await match({
    ...{ ...input, score, interpolation, workers, history: false, scoreThreshold: Number.NEGATIVE_INFINITY },
    rotations: ndarray(rotations.subarray(0, 9 * count), [count, 3, 3]),
  });
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, scores: result.scores.data };
}

/** Highest resident memory in bytes of a process of ours that runs such a search. */
export async function ourPeak(task) {
  const file = join(mkdtempSync(join(tmpdir(), "rotoscope-bench-")), "task.json");
  writeFileSync(file, JSON.stringify(task));
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  return Number(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { made, shape, templateShape, count, ...options } = JSON.parse(readFileSync(process.argv[2], "utf8"));
  await ours(inputOf(made, shape, templateShape), count, options);
  const status = readFileSync("/proc/self/status", "utf8");
  process.stdout.write(String(Number(/VmHWM:\s+(\d+)/.exec(status)[1]) * 1024));
}
