import { createHash } from "node:crypto";
import { type NdArray, ndarray, resultAt, rotate, rotationSet, type Volume } from "@rotoscope/core";
import { match } from "@rotoscope/matching";
import { beforeAll, describe, expect, test } from "vitest";
import { referenceFloats, volumeOf } from "./reference-maps.js";

const target = volumeOf(referenceFloats("target"));
const template = volumeOf(referenceFloats("template"));
const rotations = rotationSet({ angularSamplingDegrees: 60 });

function sha256(...arrays: (Float32Array | Int32Array)[]): string {
  const hash = createHash("sha256");
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest("hex");
}

describe("a search", () => {
  test("gives the same bytes and the same history for 1, 2, 3 and 8 workers", async () => {
    const hashes = new Set<string>();
    for (const workers of [1, 2, 3, 8]) {
      const { scores, rotations: winners, history } = await match({ target, template, rotations, workers });
      const steps = Array.from({ length: history!.stepCount }, (_, k) => history!.step(k + 1));
      hashes.add(sha256(scores.data, winners.data, ...steps.flatMap((s) => [s.voxel, s.score, s.rotation])));
    }
    expect(hashes.size).toBe(1);
  });

  test("has a history whose step k is a search of the first k rotations", async () => {
    const result = await match({ target, template, rotations, workers: 2 });
    for (const k of [0, 1, 2, 17, 36, 69]) {
      const { scores, rotations: winners } = resultAt(result, result.history!, k);
      if (k === 0) {
        expect(scores.data.every((score) => score === 0)).toBe(true);
        expect(winners.data.every((rotation) => rotation === -1)).toBe(true);
        continue;
      }
      const first = ndarray(rotations.data.slice(0, k * 9), [k, 3, 3]);
      const part = await match({ target, template, rotations: first, history: false });
      expect(Math.max(...scores.data.map((score, voxel) => Math.abs(score - part.scores.data[voxel]!)))).toBeLessThan(
        1e-6,
      );
    }
  });

  test("can be awaited twice and followed from the outside", async () => {
    const search = match({ target, template, rotations, history: false });
    const seen: number[] = [];
    for await (const { done, total } of search) {
      expect(total).toBe(rotations.shape[0]);
      seen.push(done);
    }
    expect(seen.at(-1)).toBe(rotations.shape[0]);
    expect(await search).toBe(await search);
    expect(search.running).toBe(false);
  });

  test("that is stopped keeps what was found", async () => {
    const controller = new AbortController();
    const many = rotationSet({ angularSamplingDegrees: 8 });
    const search = match({ target, template, rotations: many, workers: 2, signal: controller.signal });
    for await (const { done } of search) if (done > 20) controller.abort();
    const result = await search;
    expect(result.complete).toBe(false);
    expect(result.rotationMapping.size).toBeLessThan(many.shape[0]!);
    expect(result.rotationMapping.size).toBeGreaterThan(20);
    expect(result.warnings.join()).toMatch(/stopped after \d+ of \d+ rotations/);
    expect(result.history!.stepCount).toBe(many.shape[0]);
    const used = new Set(result.rotations.data);
    used.delete(-1);
    expect([...used].every((rotation) => result.rotationMapping.has(rotation))).toBe(true);
  });

  test("counts byte-equal rotations once, under the first one's index", async () => {
    const twice = ndarray(Float32Array.of(...rotations.data.slice(9, 18), ...rotations.data.slice(9, 18)), [2, 3, 3]);
    const result = await match({ target, template, rotations: twice, scoreThreshold: Number.NEGATIVE_INFINITY });
    expect([...result.rotationMapping.keys()]).toEqual([0]);
    expect(result.rotations.data.every((rotation) => rotation === 0)).toBe(true);
  });

  test("leaves out places where the target hardly varies, by minLocalStd", async () => {
    const all = await match({ target, template, rotations, history: false });
    const some = await match({ target, template, rotations, minLocalStd: 1, history: false });
    const suppressed = some.scores.data.filter((score, voxel) => score === 0 && all.scores.data[voxel]! > 0).length;
    expect(suppressed).toBeGreaterThan(0);
    expect(some.scores.data.every((score, voxel) => score === 0 || score === all.scores.data[voxel])).toBe(true);
  });

  test.each([
    [
      "a template larger than the target",
      { template: target, target: template },
      "template: shape [18, 23, 21] exceeds the target's [7, 8, 9]",
    ],
    [
      "a mask of another shape",
      { mask: referenceFloats("target") },
      "mask: shape [18, 23, 21], the template's is [7, 8, 9]",
    ],
    [
      "2-D rotations of a volume",
      { rotations: rotationSet({ angularSamplingDegrees: 90, dimensions: 2 }) },
      "rotations: shape [4, 2, 2], expected [n, 3, 3]",
    ],
    [
      "other voxel sizes",
      { template: { ...template, voxelSizeAngstrom: [5, 5, 5] } },
      "voxel size along z: target 10.52 angstrom, template 5",
    ],
    [
      "a constant target",
      { target: { ...target, data: new Float32Array(target.data.length) } },
      "target: all values are 0",
    ],
    ["a NaN in the target", { target: { ...target, data: target.data.with(7, Number.NaN) } }, "target: voxel 7 is NaN"],
    ["no worker", { workers: 0 }, "workers: 0"],
  ])("refuses %s with the values", (_, options, message) => {
    expect(() => match({ target, template, ...options })).toThrow(message);
  });

  test("warns when a voxel size is unknown", () => {
    const search = match({ target, template: { ...template, voxelSizeAngstrom: [0, 0, 0] }, rotations });
    search.stop();
    expect(search.warnings).toEqual([
      "the voxel size of template is unknown, so it could not be checked that they agree",
    ]);
  });
});

describe("a template planted in noise", () => {
  const shape = [30, 32, 34];
  const positions = [
    [8, 9, 9],
    [21, 22, 8],
    [12, 20, 25],
  ];
  let noisy: Volume;
  const planted = rotationSet({ angularSamplingDegrees: 37 });
  const which = [3, 111, 57];

  beforeAll(() => {
    let seed = 5;
    const random = (): number => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.4 * normal());
    positions.forEach((position, k) => {
      plant(data, rotate(probe(), planted.data.slice(which[k]! * 9, which[k]! * 9 + 9)), position);
    });
    noisy = volumeOf(ndarray(data, shape));
  });

  test("comes back within one voxel and one angular step", async () => {
    const step = 20;
    const set = rotationSet({ angularSamplingDegrees: step });
    const result = await match({ target: noisy, template: volumeOf(probe()), rotations: set, history: false });
    const flat = [...result.scores.data.keys()].sort((a, b) => result.scores.data[b]! - result.scores.data[a]!);
    positions.forEach((position, k) => {
      const near = flat.find((voxel) => distance(place(voxel), position) < 5)!;
      expect(Math.max(...place(near).map((p, axis) => Math.abs(p - position[axis]!)))).toBeLessThanOrEqual(1);
      expect(flat.indexOf(near)).toBeLessThan(200);
      const found = result.rotationMapping.get(result.rotations.data[near]!)!;
      expect(angleBetween(found, planted.data.subarray(which[k]! * 9, which[k]! * 9 + 9))).toBeLessThan(step);
    });
  });

  /** An asymmetric body of three blobs, 13 voxels wide. */
  function probe(): NdArray<Float32Array> {
    const blobs = [
      [-3, -1, 0, 2],
      [1, 3, 1, 1.5],
      [2, -2, 3, 1],
    ];
    const data = new Float32Array(13 ** 3);
    for (let z = 0, at = 0; z < 13; z++)
      for (let y = 0; y < 13; y++)
        for (let x = 0; x < 13; x++, at++)
          for (const [bz, by, bx, weight] of blobs)
            data[at]! += weight! * Math.exp(-((z - 6 - bz!) ** 2 + (y - 6 - by!) ** 2 + (x - 6 - bx!) ** 2) / 4);
    return ndarray(data, [13, 13, 13]);
  }

  function plant(data: Float32Array, body: NdArray<Float32Array>, [z0, y0, x0]: number[]): void {
    for (let z = 0, at = 0; z < 13; z++)
      for (let y = 0; y < 13; y++)
        for (let x = 0; x < 13; x++, at++)
          data[((z0! + z - 6) * shape[1]! + y0! + y - 6) * shape[2]! + x0! + x - 6]! += body.data[at]!;
  }

  function place(voxel: number): number[] {
    return [Math.floor(voxel / (32 * 34)), Math.floor(voxel / 34) % 32, voxel % 34];
  }

  function distance(a: number[], b: number[]): number {
    return Math.hypot(...a.map((p, axis) => p - b[axis]!));
  }

  function angleBetween(a: Float32Array, b: Float32Array): number {
    const trace = a.reduce((sum, value, at) => sum + value * b[at]!, 0);
    return (Math.acos(Math.min(1, (trace - 1) / 2)) * 180) / Math.PI;
  }
});
