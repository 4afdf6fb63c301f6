// Writes and reads a result of 256^3 voxels, and prints figures beside pyarrow's of the same run: node test/arrow/speed.mjs [EDGE]
import { execFileSync } from "node:child_process";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { openResult, writeArrow } from "@rotoscope/arrow";
import { analyzerResult, ndarray } from "@rotoscope/core";

const edge = Number(process.argv[2] ?? 256);
const shape = [edge, edge, edge];
const folder = await mkdtemp(join(tmpdir(), "rotoscope-speed-"));
const [ours, theirs] = [join(folder, "ours.arrow"), join(folder, "theirs.arrow")];
const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

const scores = new Float32Array(edge ** 3);
const rotations = new Int32Array(edge ** 3);
for (let i = 0; i < scores.length; i++) {
  scores[i] = Math.fround(((i * 2654435761) % 4294967296) / 4294967296);
  rotations[i] = i % 500;
}
const rotationMapping = new Map(Array.from({ length: 500 }, (_, k) => [k, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, k)]));
const result = analyzerResult({
  scores: ndarray(scores, shape),
  rotations: ndarray(rotations, shape),
  offset: [0, 0, 0],
  rotationMapping,
  meanSquare: 1,
});

try {
  await writeArrow(ours, result);
  const theirScript = `
import sys, time, json, os, pyarrow as pa
table = pa.ipc.open_file(sys.argv[1]).read_all()
times = []
for _ in range(int(sys.argv[3])):
    if os.path.exists(sys.argv[2]): os.remove(sys.argv[2])
    start = time.perf_counter()
    with pa.OSFile(sys.argv[2], "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer: writer.write_table(table)
    file = os.open(sys.argv[2], os.O_RDONLY); os.fsync(file); os.close(file)
    times.append(1000 * (time.perf_counter() - start))
again = pa.ipc.open_file(sys.argv[2]).read_all()
print(json.dumps([times, again.equals(table), pa.__version__]))`;
  const [ourTimes, theirTimes] = [[], []];
  let [equal, version] = [true, ""];
  for (let round = 0; round < 5; round++) {
    await rm(ours);
    const start = performance.now();
    await writeArrow(ours, result);
    ourTimes.push(performance.now() - start);
    const [times, same, found] = JSON.parse(execFileSync(python, ["-c", theirScript, ours, theirs, "2"]));
    theirTimes.push(...times);
    equal &&= same;
    version = found;
  }
  if (!equal) throw new Error("pyarrow doesn't read back what we wrote");
  const [a, b] = [median(ourTimes), median(theirTimes)];
  console.log(
    `write and sync ${edge}^3: ${a.toFixed(0)} ms, pyarrow ${version} ${b.toFixed(0)} ms, ratio ${(a / b).toFixed(2)}`,
  );

  console.log(`memory while writing: ${await memoryWhileWriting()}`);

  const handle = await open(ours);
  const source = {
    name: "ours.arrow",
    size: (await stat(ours)).size,
    crc32,
    read: async (offset, length) => (await handle.read(new Uint8Array(length), 0, length, offset)).buffer,
  };
  const first = performance.now();
  const file = await openResult(source);
  const opened = performance.now();
  await file.readSlab(edge >> 1);
  const cold = performance.now() - opened;
  const warm = [];
  for (let k = 0; k < 200; k++) {
    const start = performance.now();
    await file.readSlab((k * 37) % edge);
    warm.push(performance.now() - start);
  }
  const { scores: plane } = await file.readSlab(edge >> 1);
  const expected = scores.subarray((edge >> 1) * edge ** 2, ((edge >> 1) + 1) * edge ** 2);
  if (Buffer.compare(Buffer.from(plane.buffer), Buffer.from(expected.slice().buffer)) !== 0)
    throw new Error("wrong plane");
  console.log(
    `open ${(opened - first).toFixed(1)} ms, first plane ${cold.toFixed(2)} ms, then ${median(warm).toFixed(2)} ms`,
  );
  await handle.close();
} finally {
  await rm(folder, { recursive: true });
}

/** The most memory that a fresh process had (VmHWM), beyond what it had before it wrote. */
async function memoryWhileWriting() {
  const script = `
import { readFileSync } from "node:fs";
import { writeArrow } from "@rotoscope/arrow";
const [path, edge] = [process.argv[1], Number(process.argv[2])];
const map = (data, n) => ({ data, shape: [n, n, n], stride: [n * n, n, 1] });
const result = (n) => ({
  scores: map(new Float32Array(n ** 3).fill(0.5), n),
  rotations: map(new Int32Array(n ** 3).fill(0), n),
  offset: [0, 0, 0],
  rotationMapping: new Map([[0, new Float32Array(9)]]),
  meanSquare: 1,
});
const most = () => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
await writeArrow(path, result(8));
const large = result(edge);
const before = most();
await writeArrow(path, large);
console.log(((most() - before) / 1024).toFixed(1));`;
  const where = fileURLToPath(new URL(".", import.meta.url));
  return `${execFileSync(process.execPath, ["--input-type=module", "-e", script, theirs, String(edge)], { cwd: where, encoding: "utf8" }).trim()} MiB beyond the arrays`;
}
