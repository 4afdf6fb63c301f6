import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndarray } from "@rotoscope/core";
import {
  bytesSource,
  openMrc,
  openVolume,
  readMrc,
  readVolume,
  writeMrc,
  writeNpyFile,
  writeVolume,
} from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonHas, runPython, sharedData } from "../python.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-volumes-"));
});
afterAll(() => rm(folder, { recursive: true }));

const shape = [4, 5, 6];
const data = Float32Array.from({ length: 120 }, (_, i) => Math.cos(i));
const volume = { ...ndarray(data, shape), voxelSizeAngstrom: [1, 2, 3], originAngstrom: [0, 0, 0] };

test("a plane of a 10 GB map is read alone", async () => {
  const path = join(folder, "sparse.mrc");
  const [depth, height, width] = [2500, 1024, 1024];
  const header = writeMrc({ ...volume, ...ndarray(new Float32Array(1), [1, 1, 1]) }).subarray(0, 1024);
  const view = new DataView(header.buffer);
  [width, height, depth].forEach((length, i) => {
    view.setInt32(4 * i, length, true);
  });
  const file = await open(path, "w");
  await file.write(header, 0, 1024, 0);
  const plane = Float32Array.from({ length: width * height }, (_, i) => i % 977);
  await file.write(new Uint8Array(plane.buffer), 0, plane.byteLength, 1024 + 2000 * plane.byteLength);
  await file.truncate(1024 + depth * plane.byteLength);
  await file.close();

  const map = await openVolume(path);
  const before = process.memoryUsage().arrayBuffers;
  expect(map.shape).toEqual([depth, height, width]);
  const found = await map.readPlane(2000);
  expect(found.shape).toEqual([height, width]);
  expect(Buffer.compare(Buffer.from(found.data.buffer), Buffer.from(plane.buffer))).toBe(0);
  expect((await map.readPlane(1999)).data.every((value) => value === 0)).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
  await expect(map.readPlane(2500)).rejects.toThrow("plane 2500, there are 2500");
  await map.close();
});

test("from a Range source a plane takes its own bytes only, in every order of axes", async () => {
  for (const order of [
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ]) {
    const bytes = writeMrc(volume);
    const view = new DataView(bytes.buffer);
    order.forEach((axis, i) => {
      view.setInt32(64 + 4 * i, axis, true);
    });
    const whole = readMrc(bytes);
    let read = 0;
    const source = bytesSource(bytes, "ranges.mrc");
    const counted = (offset: number, length: number): Promise<Uint8Array> => {
      read += length;
      return source.read(offset, length);
    };
    const map = await openMrc({ ...source, read: counted });
    expect(read).toBe(1024);
    const area = whole.shape[1]! * whole.shape[2]!;
    for (let z = 0; z < whole.shape[0]!; z++) {
      read = 0;
      const plane = await map.readPlane(z);
      expect(plane.shape).toEqual(whole.shape.slice(1));
      expect([...plane.data]).toEqual([...whole.data.subarray(z * area, (z + 1) * area)]);
      if (order[0] !== 3) expect(read).toBe(area * 4);
    }
    expect((await map.readAll()).data).toEqual(whole.data);
  }
});

describe.skipIf(!pythonHas("mrcfile", "numpy"))("with mrcfile and numpy in .venv", () => {
  test.each(["<c8", ">c8"])("complex values of dtype %s come as real and imaginary parts", async (dtype) => {
    const path = join(folder, "complex.mrc");
    const values = runPython(
      `
import sys, json, mrcfile, numpy as np
values = (np.arange(24) - 1j * np.arange(24) / 3).reshape(2, 3, 4).astype(sys.argv[2])
with mrcfile.new(sys.argv[1], overwrite=True) as f:
    f.set_data(values)
print(json.dumps(values.astype("<c8").view("f4").ravel().tolist()))`,
      path,
      dtype,
    );
    const complex = await readVolume(path);
    expect(complex.shape).toEqual([2, 3, 4, 2]);
    expect([...complex.data]).toEqual(values);
  });

  test("labels are mrcfile's, NSTART and extended headers are told", async () => {
    const path = join(folder, "labels.mrc");
    await writeVolume(path, volume, { labels: ["first", "second, of a run"] });
    const labels = runPython(
      "import sys, json, mrcfile; f = mrcfile.open(sys.argv[1]); print(json.dumps(f.get_labels()))",
      path,
    );
    expect(labels).toEqual(["first", "second, of a run"]);
    runPython(
      `
import sys, mrcfile, numpy as np
with mrcfile.open(sys.argv[1], mode="r+") as f:
    f.set_extended_header(np.zeros(2, dtype="V100"))
    f.header.exttyp = b"FEI1"
    f.header.nxstart, f.header.nystart, f.header.nzstart = 3, 4, -5
print(1)`,
      path,
    );
    const map = await openVolume(path);
    await map.close();
    expect(map.header).toMatchObject({
      extendedType: "FEI1",
      start: [-5, 4, 3],
      dataOffset: 1224,
      labels: ["first", "second, of a run"],
    });
    expect(map.originAngstrom).toEqual([-5, 8, 9]);
    expect((await readVolume(path)).data).toEqual(data);
  });

  test("numpy reads our .npy", async () => {
    const path = join(folder, "array.npy");
    for (const array of [
      ndarray(data, shape),
      ndarray(Int32Array.of(1, -2, 3), [3]),
      ndarray(Float64Array.of(Math.PI), [1, 1]),
    ]) {
      await writeNpyFile(path, array);
      const found = runPython(
        "import sys, json, numpy as np; a = np.load(sys.argv[1]); print(json.dumps([a.shape, a.ravel().tolist()]))",
        path,
      );
      expect(found).toEqual([array.shape, [...array.data]]);
    }
  });
});

test("unsigned bytes without IMOD's stamp are known by DMAX", () => {
  const bytes = writeMrc({ ...volume, ...ndarray(Float32Array.of(0, 200), [1, 1, 2]) });
  new DataView(bytes.buffer).setInt32(12, 0, true);
  bytes.set([0, 200], 1024);
  expect([...readMrc(bytes).data]).toEqual([0, 200]);
});

test("sizes that overflow are an error that names them", async () => {
  const bytes = writeMrc(volume);
  const view = new DataView(bytes.buffer);
  for (const word of [0, 4, 8]) view.setInt32(word, (1 << 24) - 1, true);
  expect(() => readMrc(bytes, "huge.mrc")).toThrow(
    "huge.mrc: NX, NY, NZ = 16777215, 16777215, 16777215 in mode 2 need",
  );
  await writeFile(join(folder, "folder-as-file.mrc"), "");
  await expect(readVolume(join(folder, "folder-as-file.mrc"))).rejects.toThrow("0 bytes");
  await expect(readVolume(folder)).rejects.toThrow("can't be read");
});

for (const name of ["EMD-3001.map", "beta-tubulin.mrc"]) {
  const path = sharedData(name);
  test.skipIf(!path)(`planes of ${name} of the shared data are those of the whole`, async () => {
    const whole = await readVolume(path!);
    const map = await openVolume(path!);
    const area = whole.shape[1]! * whole.shape[2]!;
    for (const z of [0, 7, whole.shape[0]! - 1])
      expect((await map.readPlane(z)).data).toEqual(whole.data.slice(z * area, (z + 1) * area));
    await map.close();
  });
}
