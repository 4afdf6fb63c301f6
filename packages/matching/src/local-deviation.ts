import { atOnce } from "@rotoscope/core";
import { type DeviationWindow, deviationBytes, type EngineRoom, localVariances } from "@rotoscope/wasm";
import { lengthsOf, originOf, type ScoreBox, targetGrid, targetRows } from "./extend-target.js";
import { copyBox } from "./gather-splits.js";
import type { Moments } from "./target-statistics.js";

type Shape3 = readonly [number, number, number];

/** Variances below this fraction of the highest mean of squares are rounding of the float64 transforms. */
const ROUNDING = 1e-12;

/** What the local deviation depends on. */
export interface LocalDeviationOptions {
  readonly target: Float32Array;
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  readonly mask: Float32Array;
  readonly padEdges: boolean;
  /** Value of the target beyond its edges, when they aren't padded. */
  readonly fill: number;
  /** The part of the score map that is wanted. */
  readonly box: ScoreBox;
}

/** The boxes in which the local deviation is computed one after the other, so that each takes `mostBytes` at most if it can. */
export function deviationBoxes(options: LocalDeviationOptions, mostBytes: number): readonly ScoreBox[] {
  const { box, templateShape } = options;
  let boxes: readonly ScoreBox[] = [box];
  while (boxes.some((one) => deviationBytes(windowOf(options, one)) > mostBytes)) {
    const cost = (axis: number): number => boxes[0]!.shape[axis]! / templateShape[axis]!;
    const axis = [0, 1, 2].reduce((best, other) => (cost(other) > cost(best) ? other : best));
    if (boxes[0]!.shape[axis]! < 2 || cost(axis) < 0.5) break;
    boxes = boxes.flatMap((one) => halves(one, axis));
  }
  return boxes;
}

/** Bytes that the largest of them takes. */
export function deviationRoom(options: LocalDeviationOptions, boxes: readonly ScoreBox[]): number {
  return boxes.reduce((most, box) => Math.max(most, deviationBytes(windowOf(options, box))), 0);
}

/** sd_f = sqrt(max(0, CC(f^2, m)/N - (CC(f, m)/N)^2)) over the target's deviation, per voxel of the box, in shared memory; computed in float64. */
export function localDeviation(
  options: LocalDeviationOptions,
  { mean, deviation }: Moments,
  room: EngineRoom,
  boxes: readonly ScoreBox[],
): Float32Array {
  const { target, shape, box, fill, mask } = options;
  const out = new Float32Array(new SharedArrayBuffer(4 * box.shape[0] * box.shape[1] * box.shape[2]));
  let highest = 0;
  for (const part of boxes) {
    const grid = gridOf(options, part);
    const rows = targetRows(grid, shape, target, { mean, scale: 1 / deviation, fill: (fill - mean) / deviation });
    const image = { rows, shape: lengthsOf(grid), origin: originOf(grid) };
    const { variances, highestSquares } = localVariances(room, windowOf(options, part), image, mask);
    const start = part.start.map((at, axis) => at - box.start[axis]!) as unknown as Shape3;
    atOnce(copyBox(variances, { start, shape: part.shape }, out, box.shape));
    highest = Math.max(highest, highestSquares);
  }
  for (let voxel = 0; voxel < out.length; voxel++)
    out[voxel] = out[voxel]! > ROUNDING * highest ? Math.sqrt(out[voxel]!) : 0;
  return out;
}

function gridOf({ shape, templateShape, padEdges }: LocalDeviationOptions, box: ScoreBox) {
  return targetGrid({ shape, templateShape, padEdges, box });
}

function windowOf(options: LocalDeviationOptions, box: ScoreBox): DeviationWindow {
  return { shape: box.shape, templateShape: options.templateShape, grid: lengthsOf(gridOf(options, box)) };
}

function halves({ start, shape }: ScoreBox, axis: number): ScoreBox[] {
  const half = Math.ceil(shape[axis]! / 2);
  const part = (from: number, length: number): ScoreBox => ({
    start: replaced(start, axis, start[axis]! + from),
    shape: replaced(shape, axis, length),
  });
  return [part(0, half), part(half, shape[axis]! - half)];
}

function replaced(values: Shape3, axis: number, value: number): Shape3 {
  return values.map((old, index) => (index === axis ? value : old)) as unknown as Shape3;
}
