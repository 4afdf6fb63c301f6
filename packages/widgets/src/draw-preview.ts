import { cutPlane, type ViewDescription } from "@rotoscope/arrow";
import type { Pausable } from "@rotoscope/core";
import { encode } from "fast-png";
import type { ViewMaps } from "./encode-payload.js";

/** Longer side of the picture, in pixels, at least. */
const LONG_SIDE = 480;
const GAP = 8;

/**
 * A PNG of three slices, for where no viewer runs (GitHub, nbconvert): z | y | x, side by side. Of a result, the score map through its highest score (voxel `best`) in
 * viridis, with the picks that are taken near the slices; of a volume, its middle in grey. Dark is the lowest value shown, bright the highest.
 */
export function* drawPreview(
  { shape, ranges, picks, choice }: ViewDescription,
  { target, result }: ViewMaps,
  best: number,
): Pausable<Uint8Array> {
  const data = result?.scores.data ?? target!;
  const [low, high] = result ? ranges.scores : ranges.target!;
  const colors = colorTable(result ? viridis : grey);
  const center = result ? best : middleVoxel(shape);
  const position = [
    Math.floor(center / (shape[1] * shape[2])),
    Math.floor(center / shape[2]) % shape[1],
    center % shape[2],
  ] as const;
  const planes = ([0, 1, 2] as const)
    .filter((axis) => axis === 0 || shape[0] > 1)
    .map((axis) => {
      const [rows, columns] = shape.filter((_, other) => other !== axis) as [number, number];
      const values = cutPlane(data, shape, axis, position[axis], new Float32Array(rows * columns));
      return { axis, rows, columns, values };
    });
  yield;
  const columns = planes.reduce((sum, plane) => sum + plane.columns, 0);
  const scale = Math.max(1, Math.round(LONG_SIDE / Math.max(columns, shape[1])));
  const height = Math.max(...planes.map((plane) => plane.rows)) * scale;
  const width = columns * scale + GAP * (planes.length - 1);
  const pixels = new Uint32Array(width * height);
  let left = 0;
  for (const plane of planes) {
    for (let y = 0; y < plane.rows * scale; y++)
      for (let x = 0; x < plane.columns * scale; x++) {
        const value = plane.values[Math.floor(y / scale) * plane.columns + Math.floor(x / scale)]!;
        const entry = Math.max(0, Math.min(255, ((value - low) * 255) / (high - low)));
        pixels[y * width + left + x] = colors[Number.isNaN(entry) ? 0 : Math.round(entry)]!;
      }
    const [right, down] = RIGHT_AND_DOWN[plane.axis];
    const removed = new Set(choice.removed);
    const box = { left, right: left + plane.columns * scale, height: plane.rows * scale };
    picks.forEach((pick, index) => {
      const { position: at, score } = pick;
      if (score < choice.threshold || removed.has(index) || Math.abs(at[plane.axis] - position[plane.axis]) > NEAR)
        return;
      drawRing(pixels, width, box, left + (at[right] + 0.5) * scale, (at[down] + 0.5) * scale);
    });
    left += plane.columns * scale + GAP;
    yield;
  }
  return encode({ width, height, data: new Uint8Array(pixels.buffer), channels: 4 });
}

/** The axes of the volume that run to the right and down in the slices along z, y and x. */
const RIGHT_AND_DOWN = [
  [2, 1],
  [2, 0],
  [1, 0],
] as const;
/** A pick is drawn in slices so many voxels away, at most. */
const NEAR = 2;
const RING = 6;

/** A white ring with a dark edge around a point, cut off at the slice's edges. */
function drawRing(
  pixels: Uint32Array,
  width: number,
  { left, right, height }: { readonly left: number; readonly right: number; readonly height: number },
  x: number,
  y: number,
): void {
  for (let row = Math.floor(y - RING - 1); row <= y + RING + 1; row++)
    for (let column = Math.floor(x - RING - 1); column <= x + RING + 1; column++) {
      if (row < 0 || row >= height || column < left || column >= right) continue;
      const away = Math.abs(Math.hypot(column + 0.5 - x, row + 0.5 - y) - RING);
      if (away <= 1.5) pixels[row * width + column] = away <= 0.75 ? 0xffffffff : 0xff000000;
    }
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

/** 256 colours as RGBA words. */
function colorTable(color: (fraction: number) => readonly [number, number, number]): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, entry) => {
    const [r, g, b] = color(entry / 255);
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

function grey(fraction: number): [number, number, number] {
  const level = Math.round(255 * fraction);
  return [level, level, level];
}

function viridis(fraction: number): [number, number, number] {
  const at = fraction * (VIRIDIS.length - 1);
  const low = VIRIDIS[Math.floor(at)]!;
  const high = VIRIDIS[Math.ceil(at)]!;
  const [r, g, b] = low.map((channel, i) => Math.round(channel + (high[i]! - channel) * (at % 1)));
  return [r!, g!, b!];
}
