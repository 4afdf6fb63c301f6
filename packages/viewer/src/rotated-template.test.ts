import { ndarray, rotate, rotationSet } from "@rotoscope/core";
import { expect, it } from "vitest";
import { rotatedSlice } from "./rotated-template.js";

it("is the middle slice of the rotated array, where that isn't cut off", () => {
  const shape = [7, 9, 5] as const;
  const data = Float32Array.from({ length: 7 * 9 * 5 }, (_, i) => 2 + Math.sin(i * 1.7));
  const { data: matrices } = rotationSet({ angularSamplingDegrees: 60 });
  for (let k = 0; k < 20; k++) {
    const matrix = matrices.subarray(k * 9, k * 9 + 9);
    const whole = rotate(ndarray(data, shape), matrix).data;
    const { rows, columns, values } = rotatedSlice({ shape, data }, matrix, 1);
    expect([rows, columns]).toEqual([7, 5]);
    for (let z = 0; z < 7; z++)
      for (let x = 0; x < 5; x++) {
        const expected = whole[(z * 9 + 4) * 5 + x]!;
        const value = values[z * 5 + x]!;
        if (expected === 0) continue;
        expect(value).toBeCloseTo(expected, 5);
      }
  }
});
