import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, python } from "./machine.js";
import { sharedData } from "./python.js";

const data = join(checkout, "notebooks/data");
const original = sharedData("beta-tubulin.mrc");

describe("the data of the notebooks", () => {
  it.each([
    ["microtubule_13pf.mrc", [36, 206, 94]],
    ["tubulin.mrc", [10, 10, 10]],
  ])("%s has its shape and 10.52 A a voxel in its header", (name, shape) => {
    const header = readFileSync(join(data, name)).subarray(0, 1024);
    const counts = [8, 4, 0].map((offset) => header.readInt32LE(offset));
    const lengths = [48, 44, 40].map((offset) => header.readFloatLE(offset));
    expect(counts).toEqual(shape);
    for (const axis of [0, 1, 2]) expect(lengths[axis]! / counts[axis]!).toBeCloseTo(10.52, 4);
  });

  it.skipIf(!original)("tubulin.mrc is what make_tubulin.py makes of the original map", () => {
    const folder = mkdtempSync(join(tmpdir(), "tubulin-"));
    try {
      const made = join(folder, "tubulin.mrc");
      execFileSync(python, [join(data, "make_tubulin.py"), original!, made]);
      const difference = densities(made).map((value, i) => Math.abs(value - densities(join(data, "tubulin.mrc"))[i]!));
      expect(difference).toHaveLength(1000);
      expect(Math.max(...difference)).toBeLessThan(1e-6);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function densities(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + 1024, bytes.byteOffset + bytes.length));
}
