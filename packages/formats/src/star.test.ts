import { expect, test } from "vitest";
import { matrixFromRelionAngles, relionAngles } from "./euler.js";
import { writeStar } from "./star.js";

const options = {
  rotationMapping: new Map([[0, matrixFromRelionAngles(0, 90, 0)]]),
  shape: [8, 8, 8],
  voxelSizeAngstrom: [1, 1, 1],
  tomogramName: "TS_01",
};

test("tilt 90 maps z of the target to x of the template, in array axis order", () => {
  const expected = [0, 0, 1, 0, 1, 0, -1, 0, 0].reverse();
  matrixFromRelionAngles(0, 90, 0).forEach((entry, i) => {
    expect(entry).toBeCloseTo(expected[i]!, 6);
  });
});

test("a matrix that is no rotation is refused", () => {
  expect(() => relionAngles(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, -1))).toThrow("not a rotation");
  expect(() => relionAngles(Float32Array.of(2, 0, 0, 0, 2, 0, 0, 0, 2))).toThrow("not a rotation");
  expect(() => relionAngles(new Float32Array(9).fill(Number.NaN))).toThrow("not a rotation");
});

test("an in-plane rotation of a single z plane is a turn about z", () => {
  const quarter = Float32Array.of(0, -1, 1, 0);
  const star = writeStar([{ position: [0, 1, 2], score: 1, rotation: 0 }], {
    ...options,
    shape: [1, 8, 8],
    rotationMapping: new Map([[0, quarter]]),
  });
  expect(star).toContain("\t0.000000\t0.000000\t-90.000000\t");
});

test("a peak without a rotation, an unknown voxel size and an impossible name are errors", () => {
  const peak = { position: [1, 2, 3], score: 1, rotation: -1 };
  expect(() => writeStar([peak], options)).toThrow("peak 0 at [1, 2, 3] has rotation -1");
  expect(() => writeStar([{ position: [1, Number.NaN, 3], score: 1, rotation: 0 }], options)).toThrow(
    "peak 0 is at [1, NaN, 3], expected finite positions",
  );
  expect(() => writeStar([], { ...options, voxelSizeAngstrom: [0, 1, 1] })).toThrow("voxelSizeAngstrom is [0, 1, 1]");
  expect(() => writeStar([], { ...options, tomogramName: 'a"\nb' })).toThrow("tomogramName");
});
