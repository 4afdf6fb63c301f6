import { cheapGrid, type ImageRows } from "@rotoscope/wasm";
import { fastLength } from "./fast-length.js";

type Shape3 = readonly [number, number, number];

/** A box of the score map, in voxels of the target. */
export interface ScoreBox {
  readonly start: Shape3;
  readonly shape: Shape3;
}

/** One axis of the grid. */
export interface GridAxis {
  readonly length: number;
  /** Grid position at which the template's box starts for the first score. */
  readonly origin: number;
  /** Per position the target's index, -1 where it is filled; positions beyond are filled too. */
  readonly sources: Int32Array;
  /** The same of the positions' neighbours; at the ends of pyTME's extension their own. */
  readonly previous: Int32Array;
  readonly next: Int32Array;
}

/** How the target lies on the periodic grid of its Fourier transforms, z, y, x. */
export type TargetGrid = readonly [GridAxis, GridAxis, GridAxis];

/** What decides on the grid. */
export interface GridOptions {
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  readonly padEdges: boolean;
  /** The part of the score map that is wanted. Default: all. */
  readonly box?: ScoreBox | undefined;
  /** Take pyFFTW's lengths even where others would be cheaper. */
  readonly sameLengths?: boolean;
}

/**
 * The grid of fast lengths for what the scores in `box` need of the target.
 *
 * With `padEdges` the target is extended by t - 1 per axis, mirrored including the edge voxel (numpy's `symmetric`), floor(t / 2) of them before: scores at the
 * border then depend on the target alone, not on the grid. Without, it is filled to pyFFTW's fast length of max(s, t) and taken as periodic. Along an axis that `box`
 * doesn't span the grid is a window of that extension, so the scores are those of the whole.
 */
export function targetGrid(options: GridOptions): TargetGrid {
  const lengths = gridLengths(options);
  return [gridAxis(options, lengths, 0), gridAxis(options, lengths, 1), gridAxis(options, lengths, 2)];
}

/** The lengths alone that `targetGrid` would have. */
export function gridLengths(options: GridOptions): Shape3 {
  const { shape, templateShape, box, sameLengths } = options;
  const fixed = AXES.filter((axis) => sameLengths || extentOf(options, axis).periodic);
  const least = AXES.map((axis) => {
    const length = Math.max(extentOf(options, axis).extent, templateShape[axis]);
    return fixed.includes(axis) ? fastLength(length) : length;
  }) as unknown as Shape3;
  return cheapGrid(box?.shape ?? shape, templateShape, least, fixed);
}

const AXES = [0, 1, 2] as const;

/** Lengths of the grid's axes. */
export function lengthsOf(grid: TargetGrid): Shape3 {
  return [grid[0].length, grid[1].length, grid[2].length];
}

/** How much of the grid the target takes along an axis, and whether that is periodic. */
function extentOf({ shape, templateShape, padEdges, box }: GridOptions, axis: 0 | 1 | 2) {
  const wanted = box?.shape[axis] ?? shape[axis];
  const periodic = !padEdges && wanted === shape[axis];
  return { periodic, extent: periodic ? wanted : wanted + templateShape[axis] - 1 };
}

function gridAxis(options: GridOptions, lengths: Shape3, axis: 0 | 1 | 2): GridAxis {
  const { shape, templateShape, padEdges, box } = options;
  const [length, template] = [shape[axis], templateShape[axis]];
  const start = box?.start[axis] ?? 0;
  const before = Math.floor(template / 2);
  const { periodic, extent } = extentOf(options, axis);
  const first = periodic ? 0 : start - before;
  const period = fastLength(Math.max(length, template));
  const source = padEdges
    ? (at: number): number => mirror(at, length)
    : (at: number): number => wrap(at, length, period);
  const [lowest, highest] = padEdges ? [-((template - 1) >> 1), length + before - 1] : [0, length - 1];
  const neighbour = (at: number, step: number): number => {
    const place = padEdges || source(at) < 0 ? at : source(at);
    const beyond = (step < 0 && place === lowest) || (step > 0 && place === highest);
    return source(beyond ? at : at + step);
  };
  const along = (sourceOf: (at: number) => number): Int32Array =>
    Int32Array.from({ length: extent }, (_, at) => sourceOf(first + at));
  return {
    length: lengths[axis],
    origin: periodic ? -before : 0,
    sources: along(source),
    previous: along((at) => neighbour(at, -1)),
    next: along((at) => neighbour(at, 1)),
  };
}

/** Where the template's box starts for the first score, in voxels of the grid. */
export function originOf(grid: TargetGrid): Shape3 {
  return [grid[0].origin, grid[1].origin, grid[2].origin];
}

/** (target - mean) x scale on the grid, `fill` where there is no target; times `weights` where given. */
export function targetRows(
  grid: TargetGrid,
  shape: Shape3,
  target: Float32Array,
  { mean, scale, fill, weights }: { mean: number; scale: number; fill: number; weights?: Float32Array | null },
): ImageRows {
  const [{ sources: zs }, { sources: ys }, { sources: xs }] = grid;
  const runs = runsOf(xs);
  return (z, y, row) => {
    const [sourceZ, sourceY] = [zs[z] ?? -1, ys[y] ?? -1];
    if (sourceZ < 0 || sourceY < 0) {
      row.fill(fill);
      return fill !== 0;
    }
    if (xs.length < row.length) row.fill(fill);
    const from = (sourceZ * shape[1] + sourceY) * shape[2];
    for (const { at, source, length, step } of runs) {
      if (source < 0) row.fill(fill, at, at + length);
      else
        for (let x = at, voxel = from + source; x < at + length; x++, voxel += step)
          row[x] = (target[voxel]! - mean) * scale;
    }
    if (weights) for (let x = 0; x < xs.length; x++) row[x]! *= weights[from + xs[x]!] ?? 0;
    return true;
  };
}

/** Consecutive positions with consecutive sources, or with none. */
interface Run {
  readonly at: number;
  readonly source: number;
  readonly length: number;
  readonly step: number;
}

function runsOf(sources: Int32Array): readonly Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < sources.length; ) {
    const source = sources[at]!;
    const step = source < 0 ? 0 : (sources[at + 1] ?? source) - source;
    let length = 1;
    while (at + length < sources.length && sources[at + length]! === source + length * step) length++;
    runs.push({ at, source, length, step });
    at += length;
  }
  return runs;
}

/** The squares of an image less `mean`. */
export function squaredRows(rows: ImageRows, mean: number): ImageRows {
  return (z, y, row) => {
    if (!rows(z, y, row)) row.fill(0);
    for (let x = 0; x < row.length; x++) row[x] = row[x]! * row[x]! - mean;
    return true;
  };
}

/** The Laplacian of the extended target times `scale`, 0 elsewhere: second differences, the target being continued by its outermost voxels (scipy's `laplace`, `reflect`). */
export function laplacianRows(grid: TargetGrid, shape: Shape3, target: Float32Array, scale: number): ImageRows {
  const [zs, ys, xs] = grid;
  const at = (z: number, y: number): number => (z * shape[1] + y) * shape[2];
  return (z, y, row) => {
    const [sourceZ, sourceY] = [zs.sources[z] ?? -1, ys.sources[y] ?? -1];
    row.fill(0);
    if (sourceZ < 0 || sourceY < 0) return false;
    const here = at(sourceZ, sourceY);
    const around: number[] = [];
    if (shape[0] > 1) around.push(at(zs.previous[z]!, sourceY), at(zs.next[z]!, sourceY));
    if (shape[1] > 1) around.push(at(sourceZ, ys.previous[y]!), at(sourceZ, ys.next[y]!));
    for (let x = 0; x < xs.sources.length; x++) {
      const source = xs.sources[x]!;
      if (source < 0) continue;
      let sum = -around.length * target[here + source]!;
      for (const line of around) sum += target[line + source]!;
      if (shape[2] > 1)
        sum += target[here + xs.previous[x]!]! + target[here + xs.next[x]!]! - 2 * target[here + source]!;
      row[x] = sum * scale;
    }
    return true;
  };
}

function mirror(index: number, length: number): number {
  const period = 2 * length;
  const at = ((index % period) + period) % period;
  return at < length ? at : period - 1 - at;
}

function wrap(index: number, length: number, period: number): number {
  const at = ((index % period) + period) % period;
  return at < length ? at : -1;
}
