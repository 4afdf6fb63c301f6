import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { ndarray, type Volume } from "@rotoscope/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeMrc } from "./mrc.js";
import { readVolume, writeVolume } from "./mrc.node.js";

const volume: Volume = {
  ...ndarray(
    Float32Array.from({ length: 6000 }, (_, i) => Math.sin(i)),
    [10, 20, 30],
  ),
  voxelSizeAngstrom: [2, 2, 2],
  originAngstrom: [0, 0, 0],
};

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-volume-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a volume written to a file comes back", async () => {
  const path = join(folder, "map.mrc");
  await writeVolume(path, volume);
  expect(await readVolume(path)).toEqual({ ...volume, source: { name: basename(path), sha256: await sha256(path) } });
  expect(await readdir(folder)).toEqual(["map.mrc"]);
});

test("a gzipped map is unpacked", async () => {
  const path = join(folder, "map.mrc.gz");
  await writeFile(path, gzipSync(writeMrc(volume)));
  expect(await readVolume(path)).toEqual({ ...volume, source: { name: basename(path), sha256: await sha256(path) } });
});

test("a gzipped file that holds more than its header says is refused", async () => {
  const path = join(folder, "bomb.mrc.gz");
  const bomb = new Uint8Array(30_000_000);
  bomb.set(writeMrc(volume));
  await writeFile(path, gzipSync(bomb));
  await expect(readVolume(path)).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining("bomb.mrc.gz"),
  });
});

test("a gzipped file that is cut off is refused", async () => {
  const path = join(folder, "cut.mrc.gz");
  const packed = gzipSync(writeMrc(volume));
  await writeFile(path, packed.subarray(0, packed.length - 100));
  await expect(readVolume(path)).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining("cut.mrc.gz"),
  });
});

test("a file that isn't there is an error that names it", async () => {
  await expect(readVolume(join(folder, "none.mrc"))).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining("none.mrc: can't be read"),
  });
});

async function sha256(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
