import { expect, it } from "vitest";
import { figureLayout } from "./figure-layout.js";

it("shows all slices at one scale, inside the room it has", () => {
  for (const shape of [
    [36, 206, 94],
    [64, 64, 64],
    [200, 960, 928],
    [2, 2048, 2048],
    [300, 20, 20],
  ] as const)
    for (const width of [400, 600, 900, 1200]) {
      const { boxes, pixelsPerVoxel, height } = figureLayout(shape, width, 520);
      expect(height).toBeLessThanOrEqual(520.001);
      const sizes = [
        [shape[1], shape[2]],
        [shape[0], shape[2]],
        [shape[1], shape[0]],
      ] as const;
      boxes.forEach((box, axis) => {
        expect(box!.height).toBeCloseTo(sizes[axis]![0] * pixelsPerVoxel, 6);
        expect(box!.width).toBeCloseTo(sizes[axis]![1] * pixelsPerVoxel, 6);
        expect(box!.left + box!.width).toBeLessThanOrEqual(width);
        expect(box!.top + box!.height).toBeLessThanOrEqual(height);
      });
    }
});

it("puts the y slice below a wide volume's z slice and beside a tall one's", () => {
  const wide = figureLayout([200, 960, 928], 900, 520).boxes;
  expect(wide[1]!.left).toBe(wide[0]!.left);
  const tall = figureLayout([36, 206, 94], 900, 520).boxes;
  expect(tall[1]!.top).toBe(tall[0]!.top);
});

it("shows one slice of a volume with one plane", () => {
  expect(figureLayout([1, 342, 548], 900, 520).boxes.map((box) => box !== null)).toEqual([true, false, false]);
});
