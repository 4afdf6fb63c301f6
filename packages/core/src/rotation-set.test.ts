import { describe, expect, test } from "vitest";
import { rotationSet } from "./index.js";

/** Angle between two rotations in degrees, from their 3 x 3 matrices. */
function angleBetween(a: Float32Array, b: Float32Array): number {
  const trace = a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  return (Math.acos(Math.min(1, Math.max(-1, (trace - 1) / 2))) * 180) / Math.PI;
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
