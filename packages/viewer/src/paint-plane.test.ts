import { expect, it } from "vitest";
import { viridisTable } from "./color-tables.js";
import { paintRotations, paintValues, transposePixels } from "./paint-plane.js";

const table = viridisTable();

function painted(values: number[], range: readonly [number, number]): number[] {
  const pixels = new Uint32Array(values.length);
  paintValues(Float32Array.from(values), range, table, pixels);
  return [...pixels].map((word) => (word === table.missing ? -1 : table.words.indexOf(word)));
}

it("spreads the range over 256 colours, clips beyond it, and shows NaN", () => {
  expect(painted([0, 1, 0.5, -3, 7, Number.NaN], [0, 1])).toEqual([0, 255, 127, 0, 255, -1]);
  expect(painted([-Infinity, Infinity], [0, 1])).toEqual([0, 255]);
});

it("paints an empty range in one colour", () => {
  expect(painted([2, 2], [2, 2])).toEqual([0, 0]);
});

it("leaves voxels without a rotation transparent", () => {
  const pixels = new Uint32Array(2).fill(7);
  paintRotations(Int32Array.of(-1, 3), pixels);
  expect(pixels[0]).toBe(0);
  expect(pixels[1]! >>> 24).toBe(255);
});

it("exchanges rows and columns", () => {
  expect([...transposePixels(Uint32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});
