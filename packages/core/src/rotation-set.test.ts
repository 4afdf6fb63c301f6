import { describe, expect, test } from "vitest";
import { rotationSet } from "./index.js";

/** Angle between two rotations in degrees, from their 3 x 3 matrices. */
function angleBetween(a: Float32Array, b: Float32Array): number {
  const trace = a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  return (Math.acos(Math.min(1, Math.max(-1, (trace - 1) / 2))) * 180) / Math.PI;
}

/** Trace of a^T b. */
function traceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let trace = 0;
  for (let at = 0; at < 9; at++) trace += a[at]! * b[at]!;
  return trace;
}

function degreesOf(trace: number): number {
  return (Math.acos(Math.min(1, Math.max(-1, (trace - 1) / 2))) * 180) / Math.PI;
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from({ length: 9 }, (_, at) =>
    [0, 1, 2].reduce((sum, k) => sum + a[3 * Math.floor(at / 3) + k]! * b[3 * k + (at % 3)]!, 0),
  );
}

/** n-fold about z, the first axis, and for D a half turn about x, the last one. */
function groupMatrices(name: string): number[][] {
  const fold = Number(name.slice(1));
  const turns = Array.from({ length: fold }, (_, k) => {
    const [c, s] = [Math.cos((2 * Math.PI * k) / fold), Math.sin((2 * Math.PI * k) / fold)];
    return [1, 0, 0, 0, c, -s, 0, s, c];
  });
  return name.startsWith("D")
    ? [...turns, ...turns.map((turn) => product(turn, [-1, 0, 0, 0, -1, 0, 0, 0, 1]))]
    : turns;
}

/** Uniform, from normalised Gaussian quaternions. */
function randomRotations(count: number): number[][] {
  let seed = 11;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => {
    const q = [normal(), normal(), normal(), normal()];
    const [w, x, y, z] = q.map((component) => component / Math.hypot(...q)) as [number, number, number, number];
    return [
      ...[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      ...[2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      ...[2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ];
  });
}

describe("rotationSet", () => {
  const set = rotationSet({ angularSamplingDegrees: 30 });
  const matrices = Array.from({ length: set.shape[0]! }, (_, k) => set.data.subarray(k * 9, k * 9 + 9));

  test("has 8 pi^2 / s^3 rotations, the first the identity", () => {
    expect(set.shape).toEqual([551, 3, 3]);
    matrices[0]!.forEach((value, at) => {
      expect(value).toBeCloseTo(at % 4 === 0 ? 1 : 0, 6);
    });
  });

  test("holds proper rotations", () => {
    for (const m of matrices) {
      const [a, b, c, d, e, f, g, h, i] = m as unknown as number[];
      expect(a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!)).toBeCloseTo(1, 5);
      expect(a! * d! + b! * e! + c! * f!).toBeCloseTo(0, 5);
    }
  });

  test("leaves no rotation farther than the sampling from its nearest one", () => {
    const probes = rotationSet({ angularSamplingDegrees: 21 });
    let farthest = 0;
    for (let k = 1; k < probes.shape[0]!; k++) {
      const probe = probes.data.subarray(k * 9, k * 9 + 9);
      farthest = Math.max(farthest, Math.min(...matrices.map((matrix) => angleBetween(matrix, probe))));
    }
    expect(farthest).toBeLessThan(30);
    expect(farthest).toBeGreaterThan(10);
  });

  test.each([
    [15, "C2"],
    [15, "C6"],
    [20, "D2"],
    [12, "D7"],
    [25, "C13"],
    [12, "C13"],
    [90, "C6"],
  ])(
    "reduced at %i degrees by %s leaves no rotation of the full set, nor any other, farther than the sampling",
    (sampling, symmetry) => {
      const reduced = rotationSet({ angularSamplingDegrees: sampling, symmetry });
      const full = rotationSet({ angularSamplingDegrees: sampling });
      const group = groupMatrices(symmetry);
      const share = (reduced.shape[0]! * group.length) / full.shape[0]!;
      if (sampling < 90) expect(share).toBeLessThan(1.1);
      const images = Array.from({ length: reduced.shape[0]! }, (_, k) =>
        reduced.data.subarray(9 * k, 9 * k + 9),
      ).flatMap((matrix) => group.map((s) => product(s, matrix)));
      const farthest = (probes: readonly ArrayLike<number>[]): number =>
        Math.max(...probes.map((probe) => degreesOf(Math.max(...images.map((image) => traceOf(image, probe))))));
      const step = Math.ceil(full.shape[0]! / 400);
      const some = Array.from({ length: Math.floor(full.shape[0]! / step) }, (_, k) =>
        full.data.subarray(9 * step * k, 9 * step * k + 9),
      );
      expect(farthest(some)).toBeLessThanOrEqual(sampling);
      const probed = farthest(randomRotations(400));
      expect(probed).toBeLessThan(sampling);
      expect(reduced.coveringRadiusDegrees).toBeGreaterThan(probed);
      expect(reduced.coveringRadiusDegrees).toBeLessThan(sampling);
      expect(degreesOf(traceOf([1, 0, 0, 0, 1, 0, 0, 0, 1], reduced.data))).toBeLessThan(0.1);
    },
  );

  test("states the covering radius that a fine brute-force scan finds", () => {
    const set = rotationSet({ angularSamplingDegrees: 50 });
    const matrices = Array.from({ length: set.shape[0]! }, (_, k) => set.data.subarray(9 * k, 9 * k + 9));
    const found = Math.max(
      ...randomRotations(20_000).map((probe) => degreesOf(Math.max(...matrices.map((m) => traceOf(m, probe))))),
    );
    expect(set.coveringRadiusDegrees).toBeGreaterThanOrEqual(found);
    expect(set.coveringRadiusDegrees).toBeLessThan(found * 1.06);
    expect(set.description).toBe(
      `119 rotations at 50 degrees: none is farther than ${set.coveringRadiusDegrees.toFixed(1)} degrees from its nearest one`,
    );
  });

  test("of a cone keeps the axis within it and covers it", () => {
    const cone = { angleDegrees: 25, axis: [0, 0, 1], direction: [0, 1, 1], inPlaneSamplingDegrees: 15 };
    const set = rotationSet({ angularSamplingDegrees: 10, cone });
    const tilts: number[] = [];
    for (let k = 0; k < set.shape[0]!; k++) {
      const m = set.data.subarray(9 * k, 9 * k + 9);
      const tilted = [m[6]!, m[7]!, m[8]!];
      tilts.push((Math.acos(Math.min(1, (tilted[1]! + tilted[2]!) / Math.SQRT2)) * 180) / Math.PI);
    }
    expect(Math.max(...tilts)).toBeLessThan(25);
    expect(Math.max(...tilts)).toBeGreaterThan(20);
    const area = (2 * Math.PI * (1 - Math.cos((25 * Math.PI) / 180))) / ((10 * Math.PI) / 180) ** 2;
    expect(set.shape[0]).toBe(Math.ceil(area) * 24);
    const inside = randomRotations(40_000).filter((m) => (m[7]! + m[8]!) / Math.SQRT2 > Math.cos((25 * Math.PI) / 180));
    expect(inside.length).toBeGreaterThan(500);
    const matrices = Array.from({ length: set.shape[0]! }, (_, k) => set.data.subarray(9 * k, 9 * k + 9));
    const found = Math.max(...inside.map((probe) => degreesOf(Math.max(...matrices.map((m) => traceOf(m, probe))))));
    expect(found).toBeLessThan(15);
    expect(set.coveringRadiusDegrees).toBeGreaterThanOrEqual(found);
    expect(set.coveringRadiusDegrees).toBeLessThan(found * 1.3);
  });

  test("of a cone about the symmetry's axis turns by 360 / n only", () => {
    const cone = { angleDegrees: 10 };
    const full = rotationSet({ angularSamplingDegrees: 6, cone });
    const reduced = rotationSet({ angularSamplingDegrees: 6, cone, symmetry: "C5" });
    expect(full.shape[0]! / reduced.shape[0]!).toBe(5);
    expect(reduced.coveringRadiusDegrees).toBeCloseTo(full.coveringRadiusDegrees, 0);
    const narrow = rotationSet({ angularSamplingDegrees: 6, cone: { angleDegrees: 0, inPlaneDegrees: 30 } });
    expect(narrow.shape[0]).toBe(5);
    expect(narrow.coveringRadiusDegrees).toBeCloseTo(3, 1);
  });

  test("is reduced by Cn, or narrowed, in 2-D", () => {
    const set = rotationSet({ angularSamplingDegrees: 10, dimensions: 2, symmetry: "C3" });
    expect(set.shape).toEqual([12, 2, 2]);
    expect(set.coveringRadiusDegrees).toBe(5);
    const narrow = rotationSet({ angularSamplingDegrees: 10, dimensions: 2, cone: { angleDegrees: 15 } });
    const angles = Array.from({ length: 3 }, (_, k) => Math.atan2(narrow.data[4 * k + 2]!, narrow.data[4 * k]!));
    expect(angles.map((angle) => Math.round((angle * 180) / Math.PI))).toEqual([-10, 0, 10]);
  });

  test("refuses symmetries and cones that make no sense", () => {
    const set = (more: object) => () => rotationSet({ angularSamplingDegrees: 20, ...more });
    expect(set({ symmetry: "T" })).toThrow('symmetry: "T"');
    expect(set({ symmetry: "D2", dimensions: 2 })).toThrow("symmetry: D2, expected Cn");
    expect(set({ cone: { angleDegrees: 200 } })).toThrow("cone.angleDegrees: 200");
    expect(set({ cone: { angleDegrees: 20, axis: [0, 0, 0] } })).toThrow("cone.axis: [0,0,0]");
    expect(set({ cone: { angleDegrees: 20, axis: [0, 1, 0] }, symmetry: "C2" })).toThrow("expected the axis of C2, z");
  });

  test("is a full turn in equal steps in 2-D", () => {
    const { data, shape } = rotationSet({ angularSamplingDegrees: 90, dimensions: 2 });
    expect(shape).toEqual([4, 2, 2]);
    const expected = [1, 0, 0, 1, 0, -1, 1, 0, -1, 0, 0, -1, 0, 1, -1, 0];
    data.forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at]!, 6);
    });
  });

  test("refuses a sampling out of range with its value", () => {
    expect(() => rotationSet({ angularSamplingDegrees: 0 })).toThrow("angularSamplingDegrees: 0");
    expect(() => rotationSet({ angularSamplingDegrees: 200 })).toThrow("angularSamplingDegrees: 200");
  });
});
