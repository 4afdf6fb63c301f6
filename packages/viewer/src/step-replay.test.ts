import { expect, it } from "vitest";
import { stepReplay, sumVoxelDifferences } from "./step-replay.js";

const improvements = {
  counts: Uint32Array.of(2, 0, 1, 2),
  voxels: Uint32Array.of(0, 2, 2, 0, 1),
  scores: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5),
};
const states = [
  { scores: [-1, -1, -1], rotations: [-1, -1, -1] },
  { scores: [0.1, -1, 0.2], rotations: [0, -1, 0] },
  { scores: [0.1, -1, 0.2], rotations: [0, -1, 0] },
  { scores: [0.1, -1, 0.3], rotations: [0, -1, 2] },
  { scores: [0.4, 0.5, 0.3], rotations: [3, 3, 2] },
];

it("gives the exact state after any step, in any order", () => {
  const replay = stepReplay(new Float32Array(3).fill(-1), improvements);
  for (const step of [4, 0, 3, 1, 2, 4, 3, 0, 1, 4]) {
    replay.moveTo(step);
    expect([...replay.scores]).toEqual([...Float32Array.from(states[step]!.scores)]);
    expect([...replay.rotations]).toEqual(states[step]!.rotations);
  }
});

it("refuses steps that there aren't", () => {
  const replay = stepReplay(new Float32Array(3), improvements);
  for (const step of [-1, 5, 1.5, Number.NaN]) expect(() => replay.moveTo(step)).toThrow(/expected 0 to 4/);
});

it("sums each step's differences from the first voxel", () => {
  const voxels = Uint32Array.of(3, 2, 1, 0, 7);
  sumVoxelDifferences(voxels, Uint32Array.of(3, 2));
  expect([...voxels]).toEqual([3, 5, 6, 0, 7]);
});
