import { cheapLength } from "@rotoscope/wasm";
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
  return [gridAxis(options, 0), gridAxis(options, 1), gridAxis(options, 2)];
}

/** Lengths of the grid's axes. */
export function lengthsOf(grid: TargetGrid): Shape3 {
  return [grid[0].length, grid[1].length, grid[2].length];
}

function gridAxis({ shape, templateShape, padEdges, box, sameLengths }: GridOptions, axis: 0 | 1 | 2): GridAxis {
  const [length, template] = [shape[axis], templateShape[axis]];
  const [start, wanted] = [box?.start[axis] ?? 0, box?.shape[axis] ?? length];
  const before = Math.floor(template / 2);
  const periodic = !padEdges && wanted === length;
  const extent = periodic ? length : wanted + template - 1;
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
  const fast = periodic || sameLengths ? fastLength : cheapLength;
  return {
    length: fast(Math.max(extent, template)),
    origin: periodic ? -before : 0,
    sources: along(source),
    previous: along((at) => neighbour(at, -1)),
    next: along((at) => neighbour(at, 1)),
  };
}

/** `of(index)` of the target's voxels on the grid, `fill` elsewhere; C order. */
export function layOut(grid: TargetGrid, shape: Shape3, fill: number, of: (index: number) => number): Float64Array {
  const [depth, height, width] = lengthsOf(grid);
  const data = new Float64Array(depth * height * width).fill(fill);
  const [{ sources: zs }, { sources: ys }, { sources: xs }] = grid;
  for (let k = 0; k < zs.length; k++)
    for (let j = 0; j < ys.length; j++) {
      if (zs[k]! < 0 || ys[j]! < 0) continue;
      const from = (zs[k]! * shape[1] + ys[j]!) * shape[2];
      const to = (k * height + j) * width;
      for (let i = 0; i < xs.length; i++) if (xs[i]! >= 0) data[to + i] = of(from + xs[i]!);
    }
  return data;
}

/** The Laplacian of the extended target on the grid, 0 elsewhere: second differences, the target being continued by its outermost voxels (scipy's `laplace`, `reflect`). */
export function layOutLaplacian(grid: TargetGrid, shape: Shape3, target: Float32Array): Float64Array {
  const [depth, height, width] = lengthsOf(grid);
  const data = new Float64Array(depth * height * width);
  const steps = [shape[1] * shape[2], shape[2], 1];
  grid.forEach((axis, which) => {
    if (shape[which] === 1) return;
    const other = [0, 1, 2].filter((index) => index !== which) as [number, number];
    const places = [height * width, width, 1];
    const [outer, inner] = [grid[other[0]]!, grid[other[1]]!];
    for (let k = 0; k < outer.sources.length; k++)
      for (let j = 0; j < inner.sources.length; j++) {
        if (outer.sources[k]! < 0 || inner.sources[j]! < 0) continue;
        const from = outer.sources[k]! * steps[other[0]]! + inner.sources[j]! * steps[other[1]]!;
        const to = k * places[other[0]]! + j * places[other[1]]!;
        for (let i = 0; i < axis.sources.length; i++) {
          if (axis.sources[i]! < 0) continue;
          const value = (sources: Int32Array): number => target[from + sources[i]! * steps[which]!]!;
          data[to + i * places[which]!]! += value(axis.previous) - 2 * value(axis.sources) + value(axis.next);
        }
      }
  });
  return data;
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
