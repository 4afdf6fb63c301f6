import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { ndarray, type Volume } from "@rotoscope/core";
import {
  matrixFromRelionAngles,
  readNpyFile,
  readPickFile,
  readPytme,
  readPytom,
  readStopgap,
  readVolume,
  writeMotiveList,
  writeMrc,
  writeNpyFile,
  writeStar,
  writeTsv,
} from "@rotoscope/formats";
import { runPython } from "../python.js";
import { seededRandom } from "../seeded-random.js";

/** A kind of file, and its reader. */
interface Subject {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly read: (path: string) => Promise<unknown>;
}

/** How many mutations ended how. */
export type Outcomes = Map<string, number>;

/** The error codes that a damaged file may give; argument is for what only the caller can know. */
const ALLOWED = ["file", "unsupported", "argument"];
const SLOW_MS = 20_000;

/** The pickles of a small result in all protocols, and the same in HDF5 as pyTME lays it out. */
const WRITE_PYTME = `
import sys, argparse, pickle, numpy as np, h5py
folder = sys.argv[1]
random = np.random.default_rng(3)
scores = random.standard_normal((4, 5, 6)).astype("f4")
rotations = random.integers(-1, 3, (4, 5, 6)).astype("i4")
meta = (np.zeros(3, "f4"), np.zeros(3, "f4"), np.full(3, 10.52, "f4"), argparse.Namespace(target="a.mrc", score="FLC", threshold=0.5, sizes=(1, 2)))
items = [scores, np.zeros(3, "i8"), rotations, {i: np.eye(3, dtype="f4") for i in range(3)}, np.array([0.1], "f4"), meta]
for protocol in range(6):
    with open(f"{folder}/protocol{protocol}.pickle", "wb") as file:
        for item in items:
            pickle.dump(item, file, protocol=protocol)
with h5py.File(f"{folder}/result.hdf5", "w") as file:
    file.attrs["num_items"] = len(items)
    for i, item in enumerate(items):
        if isinstance(item, np.ndarray):
            file.create_dataset(f"item_{i}", data=item, compression="lzf")
        else:
            group = file.create_group(f"item_{i}")
            group.attrs["type"] = "pickle"
            group.create_dataset("data", data=np.void(pickle.dumps(item)))
print(1)
`;

/**
 * Changes bytes of files of every format at random, and reads them: each must give values, or an error of ours that names the file, soon. Throws with
 * the seed and the number of the first mutation that gives anything else. `count` mutations for each parser; `python`: also pyTME's, which Python writes.
 */
export async function mutate(count: number, seed: number, python: boolean): Promise<Outcomes> {
  const folder = await mkdtemp(join(tmpdir(), "rotoscope-formats-"));
  const outcomes: Outcomes = new Map();
  try {
    const random = seededRandom(seed);
    for (const subject of await makeSubjects(folder, python))
      for (let k = 0; k < count; k++) {
        const bytes = damage(subject.bytes, random);
        await writeFile(subject.path, bytes);
        const started = performance.now();
        const found = await subject.read(subject.path).then(
          () => "read",
          (error) => describe(error, subject.path),
        );
        const changed = Buffer.compare(await readFile(subject.path), bytes) !== 0;
        await writeFile(subject.path, subject.bytes);
        const outcome = performance.now() - started > SLOW_MS ? "SLOW" : changed ? "CHANGED" : found;
        if (outcome !== "read" && !ALLOWED.includes(outcome))
          throw new Error(`${subject.name}, seed ${seed}, mutation ${k}: ${outcome}`);
        const key = `${subject.name}: ${outcome}`;
        outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      }
    return outcomes;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function describe(error: Error & { code?: string }, path: string): string {
  const stem = basename(path).split(".")[0]!.split("_")[0]!;
  if (error.name === "RotoscopeError" && error.message.includes(stem)) return error.code ?? "no code";
  return `BARE ${error.stack}`;
}

async function makeSubjects(folder: string, python: boolean): Promise<Subject[]> {
  const values = Float32Array.from({ length: 120 }, (_, i) => Math.sin(i));
  const volume: Volume = { ...ndarray(values, [4, 5, 6]), voxelSizeAngstrom: [1, 2, 3], originAngstrom: [0, 0, 0] };
  const rotationMapping = new Map([0, 1, 2].map((k) => [k, matrixFromRelionAngles(10 * k, 20 * k, 30 * k)]));
  const picks = [0, 1, 2].map((k) => ({ position: [k, k + 1, k + 2], score: 1 / (k + 1), rotation: k }));
  const about = { rotationMapping, shape: [4, 5, 6], voxelSizeAngstrom: [2, 2, 2], tomogramName: "TS 1" };
  const mrc = writeMrc(volume);
  const indices = writeMrc({
    ...volume,
    ...ndarray(
      values.map((_, i) => i % 72),
      [4, 5, 6],
    ),
  });
  const job = { rotation_file: 60, n_rotations: 72, rotational_symmetry: 1, voxel_size: 10, tomogram: "a/b.mrc" };
  const list = Array.from({ length: 72 }, (_, i) => `${i}.5,${2 * i},${3 * i}`).join("\n");
  const files: Record<string, Uint8Array | string> = {
    "map.mrc": mrc,
    "packed.mrc.gz": gzipSync(mrc),
    "old.em": em(values),
    "relion.star": writeStar(picks, about),
    "motives.star": writeMotiveList({ picks, rotationMapping }),
    "picks.tsv": writeTsv({ picks, rotationMapping }),
    "run_scores.mrc": mrc,
    "run_angles.mrc": indices,
    "run_job.json": JSON.stringify(job),
    "smap_1.mrc": mrc,
    "omap_1.mrc": indices,
    "anglist.csv": list,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await writeNpyFile(join(folder, "array.npy"), volume);
  const stopgap = { angleList: join(folder, "anglist.csv"), firstIndex: 0 } as const;
  const readers: [string, string, Subject["read"]][] = [
    ["MRC", "map.mrc", readVolume],
    ["gzipped MRC", "packed.mrc.gz", readVolume],
    ["EM", "old.em", readVolume],
    ["NPY", "array.npy", readNpyFile],
    ["RELION STAR", "relion.star", (path) => readPickFile(path, { shape: [4, 5, 6] })],
    ["STOPGAP STAR", "motives.star", readPickFile],
    ["TSV", "picks.tsv", readPickFile],
    ["PyTom job", "run_job.json", readPytom],
    ["PyTom angles", "run_angles.mrc", readPytom],
    ["STOPGAP omap", "omap_1.mrc", (path) => readStopgap(path, stopgap)],
    ["angle list", "anglist.csv", () => readStopgap(join(folder, "smap_1.mrc"), stopgap)],
  ];
  if (python) {
    runPython(WRITE_PYTME, folder);
    const packed = gzipSync(await readFile(join(folder, "protocol4.pickle")));
    await writeFile(join(folder, "packed.pickle.gz"), packed);
    for (const name of [0, 1, 2, 3, 4, 5].map((protocol) => `protocol${protocol}.pickle`))
      readers.push([name, name, readPytme]);
    readers.push(["gzipped pickle", "packed.pickle.gz", readPytme], ["HDF5", "result.hdf5", readPytme]);
  }
  return Promise.all(
    readers.map(async ([name, file, read]) => {
      const path = join(folder, file);
      await read(path);
      return { name, path, read, bytes: new Uint8Array(await readFile(path)) };
    }),
  );
}

/** An EM file of float32 values, 4 x 5 x 6. */
function em(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(512 + values.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([6, 0, 0, 5]);
  [6, 5, 4].forEach((length, i) => {
    view.setInt32(4 + 4 * i, length, true);
  });
  bytes.set(new Uint8Array(values.buffer), 512);
  return bytes;
}

/** Flips bits, sets bytes, writes absurd lengths, cuts, swaps, repeats and blanks pieces; the start, with its lengths, more often than the rest. */
function damage(whole: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = whole.slice();
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(random(2) ? bytes.length : Math.min(bytes.length, 256));
    const length = 1 + random(64);
    const kind = random(9);
    if (kind < 3) bytes[at]! ^= 1 << random(8);
    else if (kind === 3) bytes[at] = random(2) ? 0xff : random(256);
    else if (kind === 4 && bytes.length > 8) {
      const value = [0x7fffffff, -1, 0, 0x80000000 | 0, random(1 << 30)][random(5)]!;
      new DataView(bytes.buffer).setInt32(Math.min(at & ~3, bytes.length - 4), value, true);
    } else if (kind === 5) bytes = bytes.slice(0, Math.max(1, at));
    else if (kind === 6) bytes.fill(0, at, at + length);
    else if (kind === 7)
      bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at, at + length), ...bytes.subarray(at)]);
    else bytes.copyWithin(at, random(bytes.length), random(bytes.length) + length);
  }
  return bytes;
}
