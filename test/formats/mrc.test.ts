import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndarray } from "@rotoscope/core";
import { readVolume, writeVolume } from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonHas, runPython, sharedData } from "../python.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-mrc-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Prints shape (z, y, x), voxel size, and bytes of the values as float32, as mrcfile sees the file. */
const DESCRIBE = `
import sys, json, hashlib, mrcfile, numpy as np
with mrcfile.open(sys.argv[1]) as f:
    h = f.header
    data = f.data[None] if f.data.ndim == 2 else f.data
    stored = [int(h.maps), int(h.mapr), int(h.mapc)]
    data = np.ascontiguousarray(np.transpose(data, [stored.index(axis) for axis in (3, 2, 1)]), dtype="f4")
    v = f.voxel_size
    print(json.dumps([data.shape, [float('%.7g' % c) for c in (v.z, v.y, v.x)], hashlib.sha256(data.tobytes()).hexdigest()]))
`;

/** Writes the same numbers in one mode and byte order, gzipped or not. */
const WRITE = `
import sys, json, mrcfile, numpy as np
path, dtype = sys.argv[1:]
values = (np.arange(2 * 3 * 5).reshape(2, 3, 5) * 4 - (0 if dtype[1:] == "u2" else 60)).astype(dtype)
f = mrcfile.new(path, compression="gzip" if path.endswith(".gz") else None)
f.set_data(values)
f.voxel_size = (1.5, 2.5, 3.5)
f.set_extended_header(np.zeros(3, dtype="V80"))
f.header.origin = (7, 8, 9)
f.close()
print(json.dumps(values.astype("f4").ravel().tolist()))
`;

async function describeOurs(path: string): Promise<unknown> {
  const { createHash } = await import("node:crypto");
  const { shape, voxelSizeAngstrom, data } = await readVolume(path);
  return [shape, voxelSizeAngstrom, createHash("sha256").update(data).digest("hex")];
}

describe.skipIf(!pythonHas("mrcfile", "numpy"))("with mrcfile in .venv", () => {
  test.each(["<i1", "<i2", "<f4", "<u2", "<f2", ">i2", ">f4", ">u2", ">f2"])(
    "a file of dtype %s reads the same",
    async (dtype) => {
      const path = join(folder, `mode${dtype.replace(/[<>]/, "-")}${dtype[0] === ">" ? "big" : ""}.mrc`);
      const values = runPython(WRITE, path, dtype);
      const volume = await readVolume(path);
      expect([...volume.data]).toEqual(values);
      expect(volume.shape).toEqual([2, 3, 5]);
      expect(volume.voxelSizeAngstrom).toEqual([3.5, 2.5, 1.5]);
      expect(volume.originAngstrom).toEqual([9, 8, 7]);
    },
  );

  test("a gzipped file reads the same", async () => {
    const path = join(folder, "packed.mrc.gz");
    const values = runPython(WRITE, path, "<f4");
    expect([...(await readVolume(path)).data]).toEqual(values);
  });

  test("what we write is valid MRC2014 with the statistics of its values", async () => {
    const path = join(folder, "ours.mrc");
    const data = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
    await writeVolume(path, { ...ndarray(data, [3, 4, 5]), voxelSizeAngstrom: [1, 2, 3], originAngstrom: [4, 5, 6] });
    const found = runPython(
      `
import sys, json, mrcfile, numpy as np
with mrcfile.open(sys.argv[1]) as f:
    h, d, v = f.header, f.data, f.voxel_size
    close = all(np.isclose(a, b, atol=1e-6) for a, b in [(h.dmin, d.min()), (h.dmax, d.max()), (h.dmean, d.mean()), (h.rms, d.std())])
    voxel, origin = ([float(a[axis]) for axis in "zyx"] for a in (v, h.origin))
    print(json.dumps([mrcfile.validate(sys.argv[1], print_file=sys.stderr), close, voxel, origin, d.ravel().tolist()]))
`,
      path,
    );
    expect(found).toEqual([true, true, [1, 2, 3], [4, 5, 6], [...data]]);
  });

  for (const name of ["EMD-3001.map", "microtubule_13pf.mrc", "image_target.mrc"]) {
    const path = sharedData(name);
    test.skipIf(!path)(`${name} of the shared data reads as mrcfile reads it`, async () => {
      expect(await describeOurs(path!)).toEqual(runPython(DESCRIBE, path!));
    });
  }
});
