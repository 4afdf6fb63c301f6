import { expect, it } from "vitest";
import { greyTable, plotlyColorScale, rotationColor, viridisTable } from "./color-tables.js";

const channels = (word: number) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24];
const luminance = (word: number) => {
  const [red, green, blue] = channels(word);
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
};

it("runs from viridis's purple to its yellow, brighter with each step", () => {
  const { words } = viridisTable();
  expect(channels(words[0]!)).toEqual([0x44, 0x01, 0x54, 255]);
  expect(channels(words[255]!)).toEqual([0xfd, 0xe7, 0x25, 255]);
  for (let i = 1; i < 256; i++) expect(luminance(words[i]!)).toBeGreaterThanOrEqual(luminance(words[i - 1]!) - 0.6);
  expect(luminance(words[255]!)).toBeGreaterThan(luminance(words[0]!) + 180);
});

it("runs from black to white for the target", () => {
  const { words } = greyTable();
  expect(words.map((word) => word & 255)).toEqual(Uint32Array.from({ length: 256 }, (_, i) => i));
});

it("gives NaN a colour that isn't in the table", () => {
  for (const { words, missing } of [viridisTable(), greyTable()]) expect(words.includes(missing)).toBe(false);
});

it("gives neighbouring rotations different colours, and none at all where there is no rotation", () => {
  expect(rotationColor(-1)).toBe(0);
  for (let index = 0; index < 1000; index++) {
    const [a, b] = [channels(rotationColor(index)), channels(rotationColor(index + 1))];
    expect(a[3]).toBe(255);
    expect(Math.max(...a.map((value, c) => Math.abs(value - b[c]!)))).toBeGreaterThan(40);
  }
});

it("hands Plotly the same colours", () => {
  const scale = plotlyColorScale(viridisTable());
  expect(scale[0]).toEqual([0, "rgb(68,1,84)"]);
  expect(scale.at(-1)).toEqual([1, "rgb(253,231,37)"]);
});
