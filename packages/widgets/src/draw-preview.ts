import { cutPlane, type ViewDescription } from "@rotoscope/arrow";
import { encode } from "fast-png";
import type { ViewMaps } from "./encode-payload.js";

/** Longer side of the picture, in pixels, at least. */
const LONG_SIDE = 480;
const GAP = 8;

/**
 * A PNG of three slices, for where no viewer runs (GitHub, nbconvert): z | y | x, side by side. Of a result, the score map through its highest score in viridis;
 * of a volume, its middle in grey. Dark is the lowest value shown, bright the highest.
 */
export function drawPreview({ shape, ranges }: ViewDescription, { target, result }: ViewMaps): Uint8Array {
  const data = result?.scores.data ?? target!;
  const range = result ? ranges.scores : ranges.target!;
  const color = result ? viridis : grey;
  let center = result ? 0 : middleVoxel(shape);
  if (result) for (let voxel = 0; voxel < data.length; voxel++) if (data[voxel]! > data[center]!) center = voxel;
  const position = [
    Math.floor(center / (shape[1] * shape[2])),
    Math.floor(center / shape[2]) % shape[1],
    center % shape[2],
  ];
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
        picture.set(color((value - range[0]) / (range[1] - range[0])), y * rowLength + (left + x) * 4);
      }
    left += columns * scale + GAP;
  }
  return encode({ width: rowLength / 4, height, data: picture, channels: 4 });
}

function middleVoxel([depth, height, width]: readonly [number, number, number]): number {
  return ((depth >> 1) * height + (height >> 1)) * width + (width >> 1);
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

function grey(fraction: number): [number, number, number, number] {
  const level = Math.round(255 * Math.max(0, Math.min(1, Number.isFinite(fraction) ? fraction : 0)));
  return [level, level, level, 255];
}

function viridis(fraction: number): [number, number, number, number] {
  const at = Math.max(0, Math.min(1, Number.isFinite(fraction) ? fraction : 0)) * (VIRIDIS.length - 1);
  const low = VIRIDIS[Math.floor(at)]!;
  const high = VIRIDIS[Math.ceil(at)]!;
  const [r, g, b] = low.map((channel, i) => Math.round(channel + (high[i]! - channel) * (at % 1)));
  return [r!, g!, b!, 255];
}
