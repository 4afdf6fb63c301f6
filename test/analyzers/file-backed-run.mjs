import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileBackedStorage, MaxScoreOverRotations, StoredArray } from "rotoscope";

/** Runs an analyzer and, with `further`, its post-processing and a merge, with the maps in files of a folder, or in memory; prints hashes of the maps and the peak resident size. */
const { shape, rotations, folder, further } = JSON.parse(process.argv[2]);
const storage = folder === null ? null : fileBackedStorage(folder);
const backed = storage === null ? {} : { fileBacked: storage };

/** Scores that are computed where they are read. */
function scoresOf(rotation) {
  const bytes = {
    read(into, position) {
      const words = new Int32Array(into.buffer, into.byteOffset, into.byteLength / 4);
      const scores = new Float32Array(into.buffer, into.byteOffset, into.byteLength / 4);
      for (let at = 0; at < words.length; at++) {
        const mixed = Math.imul((position / 4 + at + 1) ^ (rotation * 0x51ed27), 0x9e3779b1);
        scores[at] = ((mixed >>> 12) & 0xff) / 64 - 1;
      }
    },
    write() {},
  };
  return new StoredArray(bytes, shape, new Float32Array(0));
}

const analyzer = new MaxScoreOverRotations({ shape, ...backed });
const state = analyzer.initState();
for (let k = 0; k < rotations; k++)
  analyzer.update(state, { scores: scoresOf(k), rotationMatrix: Float32Array.of(k + 1), rotationIndex: k });
analyzer.correctBackground(state, 0.25, 2);
const results = [analyzer.result(state)];
if (further) {
  const piece = analyzer.result(state, {
    fourierShift: shape.map(() => 3),
    convolutionMode: "same",
    targetShape: shape.map((n) => n - 10),
    templateShape: shape.map(() => 11),
  });
  const moved = { ...piece, offset: shape.map((_, axis) => (axis === 0 ? 7 : 0)) };
  results.push(piece, MaxScoreOverRotations.merge([piece, moved], backed));
}
const hash = (array) => {
  const digest = createHash("sha256");
  const size = array.shape.reduce((a, b) => a * b);
  for (let from = 0; from < size; from += 65_536) {
    const to = Math.min(size, from + 65_536);
    const part = array instanceof StoredArray ? array.read(from, to) : array.data.subarray(from, to);
    digest.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return digest.digest("hex");
};
const hashes = results.flatMap((result) => [hash(result.scores), hash(result.rotations), result.meanSquare]);
const peakKilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
storage?.close();
console.log(JSON.stringify({ hashes, peakMegabytes: peakKilobytes / 1000 }));
