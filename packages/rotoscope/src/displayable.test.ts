import { inspect } from "node:util";
import { analyzerResult, ndarray } from "@rotoscope/core";
import { expect, test } from "vitest";
import { displayable } from "./displayable.js";

test("a result and a volume print as a few readable lines, and keep their fields", () => {
  const result = analyzerResult({
    scores: ndarray(Float32Array.of(0, 0.25, 0.5, 0), [1, 2, 2]),
    rotations: ndarray(Int32Array.of(-1, 0, 1, -1), [1, 2, 2]),
    offset: [0, 0, 0],
    rotationMapping: new Map([0, 1].map((k) => [k, new Float32Array(9)])),
    meanSquare: 0.1,
  });
  const fields = Object.keys(result);
  expect(inspect(displayable(result))).toBe(
    "Best of 2 rotations for each of 1 x 2 x 2 voxels\nhighest score 0.5000 at [0, 1, 0], rotation 1",
  );
  expect(Object.keys(result)).toEqual(fields);
  const volume = {
    ...ndarray(new Float32Array(8), [2, 2, 2]),
    voxelSizeAngstrom: [10.520000457763672, 10.52, 10.52],
    originAngstrom: [0, 0, 0],
  };
  expect(inspect(displayable(volume))).toBe("Volume of 2 x 2 x 2 voxels of 10.52 x 10.52 x 10.52 Å");
});
