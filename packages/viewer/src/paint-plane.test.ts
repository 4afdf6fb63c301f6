import { expect, it } from "vitest";
import { viridisTable } from "./color-tables.js";
import { blendOver, paintRotations, paintValues, transposePixels } from "./paint-plane.js";

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

it("blends over what is below, less where scores are low, and not at all where there is nothing", () => {
  const red = 0xff0000ff;
  const pixels = Uint32Array.of(red, red, red, 0, red);
  const below = new Uint32Array(5).fill(0xffff0000);
  blendOver(pixels, below, 1, { values: Float32Array.of(0, 0.5, 1, 1, Number.NaN), range: [0, 1] });
  expect([...pixels].map((word) => [word & 255, (word >> 16) & 255, word >>> 24])).toEqual([
    [0, 255, 255],
    [127, 127, 255],
    [255, 0, 255],
    [0, 255, 255],
    [0, 255, 255],
  ]);
});
