import { expect, it } from "vitest";
import { entryAt, nextImprovement, previousImprovement } from "./voxel-course.js";

const course = { voxel: [0, 0, 0], steps: [1, 4, 9], scores: [0.1, 0.2, 0.4] } as const;

it("finds what held after a step", () => {
  expect([0, 1, 3, 4, 8, 9, 30].map((step) => entryAt(course, step))).toEqual([-1, 0, 0, 1, 1, 2, 2]);
});

it("finds the improvement before and after a step", () => {
  expect([0, 1, 5, 9].map((step) => nextImprovement(course, step))).toEqual([1, 4, 9, null]);
  expect([0, 1, 5, 20].map((step) => previousImprovement(course, step))).toEqual([null, null, 4, 9]);
});
