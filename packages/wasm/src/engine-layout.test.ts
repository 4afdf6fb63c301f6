import { expect, test } from "vitest";
import { cheapGrid, engineLayout, type Shape3 } from "./engine-layout.js";

const cases: readonly (readonly [Shape3, Shape3, readonly number[]])[] = [
  [[64, 64, 64], [20, 20, 20], []],
  [[150, 170, 90], [30, 30, 30], []],
  [[1, 500, 431], [1, 40, 37], []],
  [
    [61, 83, 97],
    [21, 15, 27],
    [0, 2],
  ],
  [[7, 9, 11], [7, 9, 11], [1]],
];

test.each(cases)(
  "a grid for %j and %j holds both, takes few more voxels and can be transformed",
  (shape, template, fixed) => {
    const least = shape.map((length, axis) =>
      fixed.includes(axis) ? 128 : length + template[axis]! - 1,
    ) as unknown as Shape3;
    const grid = cheapGrid(shape, template, least, fixed);
    for (const axis of [0, 1, 2]) {
      if (fixed.includes(axis)) expect(grid[axis]).toBe(least[axis]);
      else expect(grid[axis]).toBeGreaterThanOrEqual(least[axis]!);
      expect(grid[axis]).toBeLessThanOrEqual(1.25 * least[axis]! + 8);
    }
    const { a, b, c, pairs } = engineLayout({ shape, templateShape: template, grid });
    expect([a, b, c].map(({ axis }) => axis).sort()).toEqual([0, 1, 2]);
    for (const { axis, length, factors } of [a, b, c]) {
      expect(length).toBe(grid[axis]);
      expect(factors.outer.reduce((product, radix) => product * radix, factors.inner)).toBe(length);
    }
    expect(new Set(pairs.flat()).size).toBe(a.length);
  },
);

test("no axis is longer than it pays: 64 and 20 voxels take 84, 84 and 96, of which the middle axis has the 96", () => {
  const shape: Shape3 = [64, 64, 64];
  const templateShape: Shape3 = [20, 20, 20];
  const grid = cheapGrid(shape, templateShape, [83, 83, 83], []);
  expect([...grid].sort()).toEqual([84, 84, 96]);
  expect(engineLayout({ shape, templateShape, grid }).c.length).toBe(96);
});
