import { cutPlane } from "@rotoscope/arrow";
import { encode } from "fast-png";
import { spatialShape } from "./describe-view.js";
import type { ViewableResult } from "./viewable.js";

/** Longer side of the picture, in pixels, at least. */
const LONG_SIDE = 480;
const GAP = 8;

/**
 * A PNG of the three slices of the score map through its highest score, for where no viewer runs (GitHub, nbconvert): z | y | x, side by side.
 * Dark is the lowest score shown, bright the highest; the colour scale is viridis.
 */
export function drawPreview(result: ViewableResult, range: readonly [number, number]): Uint8Array {
  const shape = spatialShape(result.scores.shape);
  const { data } = result.scores;
  let best = 0;
  for (let voxel = 0; voxel < data.length; voxel++) if (data[voxel]! > data[best]!) best = voxel;
  const position = [Math.floor(best / (shape[1] * shape[2])), Math.floor(best / shape[2]) % shape[1], best % shape[2]];
  const planes = ([0, 1, 2] as const)
    .filter((axis) => axis === 0 || shape[0] > 1)
    .map((axis) => {
      const [rows, columns] = shape.filter((_, other) => other !== axis) as [number, number];
      return { rows, columns, values: cutPlane(data, shape, axis, position[axis]!, new Float32Array(rows * columns)) };
    });
  const width = planes.reduce((sum, plane) => sum + plane.columns, 0);
  const scale = Math.max(1, Math.round(LONG_SIDE / Math.max(width, shape[1])));
  const height = Math.max(...planes.map((plane) => plane.rows)) * scale;
  const picture = new Uint8Array((width * scale + GAP * (planes.length - 1)) * height * 4);
  const rowLength = picture.length / height;
  let left = 0;
  for (const { rows, columns, values } of planes) {
    for (let y = 0; y < rows * scale; y++)
      for (let x = 0; x < columns * scale; x++) {
        const value = values[Math.floor(y / scale) * columns + Math.floor(x / scale)]!;
        picture.set(viridis((value - range[0]) / (range[1] - range[0])), y * rowLength + (left + x) * 4);
      }
    left += columns * scale + GAP;
  }
  return encode({ width: rowLength / 4, height, data: picture, channels: 4 });
}

/** Nine colours of matplotlib's viridis (CC0), evenly spaced. */
const VIRIDIS = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
] as const;

function viridis(fraction: number): [number, number, number, number] {
  const at = Math.max(0, Math.min(1, Number.isFinite(fraction) ? fraction : 0)) * (VIRIDIS.length - 1);
  const low = VIRIDIS[Math.floor(at)]!;
  const high = VIRIDIS[Math.ceil(at)]!;
  const [r, g, b] = low.map((channel, i) => Math.round(channel + (high[i]! - channel) * (at % 1)));
  return [r!, g!, b!, 255];
}
