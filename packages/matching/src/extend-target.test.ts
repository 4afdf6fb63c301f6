import { expect, test } from "vitest";
import { laplacianRows, lengthsOf, originOf, type ScoreBox, targetGrid, targetRows } from "./extend-target.js";

type Shape3 = readonly [number, number, number];

const shape: Shape3 = [7, 9, 11];
const target = Float32Array.from({ length: 7 * 9 * 11 }, (_, at) => Math.sin(at * at));
const boxes: readonly ScoreBox[] = [
  { start: [0, 0, 0], shape: [3, 9, 11] },
  { start: [2, 5, 0], shape: [4, 4, 6] },
  { start: [6, 8, 10], shape: [1, 1, 1] },
];

function extendTarget(padEdges: boolean, templateShape: Shape3, laplacian: boolean, box?: ScoreBox) {
  const axes = targetGrid({ shape, templateShape, padEdges, box });
  const values = { mean: 0, scale: 1, fill: -1 };
  const rows = laplacian ? laplacianRows(axes, shape, target, 1) : targetRows(axes, shape, target, values);
  const grid = lengthsOf(axes);
  const data = new Float64Array(grid[0] * grid[1] * grid[2]);
  for (let row = 0; row < grid[0] * grid[1]; row++)
    rows(Math.floor(row / grid[1]), row % grid[1], data.subarray(row * grid[2], (row + 1) * grid[2]));
  return { grid, origin: originOf(axes), data };
}

test.each([
  [true, [3, 4, 5]],
  [false, [3, 4, 5]],
  [true, [7, 8, 9]],
  [false, [6, 9, 11]],
] as [boolean, Shape3][])("each score of a box sees what it sees in the whole: padded %s, template %s", (pad, t) => {
  for (const [laplacian, box] of boxes.flatMap((b) => [[false, b] as const, [true, b] as const])) {
    const whole = extendTarget(pad, t, laplacian);
    const part = extendTarget(pad, t, laplacian, box);
    for (let voxel = 0; voxel < box.shape[0] * box.shape[1] * box.shape[2]; voxel++) {
      const p = [
        Math.floor(voxel / (box.shape[1] * box.shape[2])),
        Math.floor(voxel / box.shape[2]) % box.shape[1],
        voxel % box.shape[2],
      ];
      for (let k = 0; k < t[0]; k++)
        for (let j = 0; j < t[1]; j++) {
          const row = [k, j, 0];
          const seen = (from: typeof whole, start: readonly number[]): number[] =>
            Array.from({ length: t[2] }, (_, i) => {
              const at = [...row.slice(0, 2), i].map((offset, axis) => {
                const length = from.grid[axis]!;
                return (((p[axis]! + start[axis]! + offset + from.origin[axis]!) % length) + length) % length;
              });
              return from.data[(at[0]! * from.grid[1] + at[1]!) * from.grid[2] + at[2]!]!;
            });
          expect(seen(part, [0, 0, 0])).toEqual(seen(whole, box.start));
        }
    }
  }
});
