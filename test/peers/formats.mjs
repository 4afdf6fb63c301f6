// Files of the sizes that runs have, read and written by us and by the reference libraries in turn: node test/peers/formats.mjs [--short] [mrc|star|pickle]
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ndarray } from "@rotoscope/core";
import {
  matrixFromRelionAngles,
  readPytme,
  readStarFile,
  readVolume,
  writePickFile,
  writeVolume,
} from "@rotoscope/formats";
import { python } from "../../scripts/python-env.mjs";

if (!existsSync(python)) {
  console.log("test/peers/formats.mjs needs .venv");
  process.exit(0);
}
const short = process.argv.includes("--short");
const only = process.argv.slice(2).find((arg) => !arg.startsWith("--"));
const isShort = (kind) => short || (only ?? kind) !== kind;
const rounds = short ? 1 : 5;
const shape = isShort("mrc") ? [32, 64, 64] : [1024, 512, 512];
const pickCount = isShort("star") ? 1000 : 100_000;
const length = isShort("pickle") ? 48 : 256;

const folder = mkdtempSync(join(tmpdir(), "rotoscope-formats-bench-"));
const path = (name) => join(folder, name);
const peer = startPeer();
try {
  const data = new Float32Array(shape.reduce((a, b) => a * b)).map((_, i) => (i % 1001) / 1000);
  const volume = { ...ndarray(data, shape), voxelSizeAngstrom: [10, 10, 10], originAngstrom: [0, 0, 0] };
  const angles = Array.from({ length: pickCount }, (_, i) => [(i * 7) % 360, (i * 11) % 180, (i * 13) % 360]);
  const rotationMapping = new Map(angles.map((triple, i) => [i, matrixFromRelionAngles(...triple)]));
  const picks = angles.map((_, i) => ({ position: [i % 200, i % 900, i % 901], score: 1 / (i + 1), rotation: i }));
  const about = { shape: [200, 900, 901], voxelSizeAngstrom: [10, 10, 10], tomogramName: "TS_01" };
  await writeVolume(path("a.mrc"), volume);
  await writePickFile(path("a.star"), { picks, rotationMapping }, about);
  await peer.ask("make_pickle", path("a.pickle"), length);
  await peer.ask("load", path("a.mrc"), path("a.star"));

  console.log(`best of ${rounds} alternating runs by the clock; load ${loadavg()[0].toFixed(1)}\n`);
  console.log(`${"work".padEnd(44)}  ours ms   theirs ms   ratio   goal`);
  const megabytes = (data.byteLength / 2 ** 20).toFixed(0);
  await compare(`MRC of ${megabytes} MB, read (mrcfile)`, 1, ["read_mrc", path("a.mrc")], async () => {
    const { data: values, shape: found } = await readVolume(path("a.mrc"));
    return [values.at(-1), [...found]];
  });
  const write = async () => {
    await writeVolume(path("c.mrc"), volume);
    return 1024 + data.byteLength;
  };
  await compare(`MRC of ${megabytes} MB, written, on the disk`, 1, ["write_mrc", path("b.mrc"), "volume"], write);
  await compare("  theirs left to the system", "-", ["write_mrc_unsynced", path("b.mrc"), "volume"], write);
  await compare(`STAR of ${pickCount} picks, read (starfile)`, 5, ["read_star", path("a.star")], async () => {
    const particles = (await readStarFile(path("a.star"))).find(({ name }) => name === "particles");
    return [particles.rowCount, Math.round(particles.columns.get("rlnAngleRot").reduce((a, b) => a + b) * 1e3) / 1e3];
  });
  await compare(
    `STAR of ${pickCount} picks, written (starfile)`,
    5,
    ["write_star", path("b.star"), "picks"],
    async () => {
      await writePickFile(path("c.star"), { picks, rotationMapping }, about);
      return true;
    },
  );
  const pickle = async () => {
    const { scores, rotationMapping: matrices, rotations } = await readPytme(path("a.pickle"));
    return [scores.data.at(-1), matrices.size, rotations.data[0]];
  };
  await compare(`pyTME ${length}^3 to z, y, x (pickle, numpy)`, 1, ["read_pickle_zyx", path("a.pickle")], pickle);
  await compare(`pyTME ${length}^3, theirs left in x, y, z`, 1, ["read_pickle", path("a.pickle")], async () =>
    (await pickle()).slice(0, 2),
  );
} finally {
  peer.child.stdin.end();
  rmSync(folder, { recursive: true });
}

async function compare(title, goal, theirs, ours) {
  if (only !== undefined && theirs[0].split("_")[1] !== only) return;
  const times = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    // Both write a new file, and find as much memory that was just freed: a virtual machine takes back what lies free for seconds.
    rmSync(path("b.mrc"), { force: true });
    const [, wall, answer] = await peer.ask(...theirs);
    times.theirs.push(1000 * wall);
    rmSync(path("c.mrc"), { force: true });
    const started = performance.now();
    const found = await ours();
    times.ours.push(performance.now() - started);
    if (!same(found, answer))
      throw new Error(`${title}: ours ${JSON.stringify(found)}, theirs ${JSON.stringify(answer)}`);
  }
  const [a, b] = [Math.min(...times.ours), Math.min(...times.theirs)];
  const columns = [
    a.toFixed(0).padStart(9),
    b.toFixed(0).padStart(12),
    (b / a).toFixed(2).padStart(8),
    String(goal).padStart(7),
  ];
  console.log(title.padEnd(44) + columns.join(""));
}

function same(a, b) {
  if (typeof a === "number") return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));
  return Array.isArray(a) ? a.length === b.length && a.every((entry, i) => same(entry, b[i])) : a === b;
}

function startPeer() {
  const child = spawn(python, [fileURLToPath(new URL("formats.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (...work) => {
    child.stdin.write(`${JSON.stringify(work)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`formats.py ended at ${work[0]}`);
    return JSON.parse(value);
  };
  return { child, ask };
}
