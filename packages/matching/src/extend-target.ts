import { cheapLength } from "@rotoscope/wasm";
import { fastLength } from "./fast-length.js";

type Shape3 = readonly [number, number, number];

/** The target on the periodic grid of its Fourier transforms. */
export interface ExtendedTarget {
  readonly grid: Shape3;
  /** Target minus its mean, in float64, C order of `grid`. */
  readonly data: Float64Array;
  /** Grid position at which the template's box starts when its voxel floor(t / 2) lies on the target's voxel 0. */
  readonly origin: Shape3;
}

/** A box of the score map, in voxels of the target. */
export interface ScoreBox {
  readonly start: Shape3;
  readonly shape: Shape3;
}

/**
 * Lays what the scores in `box` (default: all) need of the target on a grid of fast lengths.
 *
 * With `padEdges` the target is extended by t - 1 per axis, mirrored including the edge voxel (numpy's `symmetric`), floor(t / 2) of them before: scores at the
 * border then depend on the target alone, not on the grid. Without, it is filled with zeros to pyFFTW's fast length of max(s, t) and taken as periodic. Along an axis that `box`
 * doesn't span the grid is a window of that extension, so the scores are those of the whole.
 */
export function extendTarget(
  target: Float32Array,
  shape: Shape3,
  templateShape: Shape3,
  padEdges: boolean,
  box: ScoreBox = { start: [0, 0, 0], shape },
): ExtendedTarget {
  let mean = 0;
  for (const value of target) mean += value;
  mean /= target.length;
  const axes = shape.map((length, axis) =>
    extendAxis(length, templateShape[axis]!, padEdges, box.start[axis]!, box.shape[axis]!),
  );
  const grid = axes.map((axis) => axis.grid) as unknown as Shape3;
  const data = new Float64Array(grid[0] * grid[1] * grid[2]).fill(-mean);
  const [zs, ys, xs] = axes.map((axis) => axis.sources) as [Int32Array, Int32Array, Int32Array];
  zs.forEach((z, k) => {
    ys.forEach((y, j) => {
      if (z < 0 || y < 0) return;
      const from = (z * shape[1] + y) * shape[2];
      const to = (k * grid[1] + j) * grid[2];
      for (let i = 0; i < xs.length; i++) if (xs[i]! >= 0) data[to + i] = target[from + xs[i]!]! - mean;
    });
  });
  return { grid, data, origin: axes.map((axis) => axis.origin) as unknown as Shape3 };
}

/** One axis of the grid; `sources`: per position the target's, -1 where it is filled. */
function extendAxis(
  length: number,
  template: number,
  padEdges: boolean,
  start: number,
  wanted: number,
): { readonly grid: number; readonly origin: number; readonly sources: Int32Array } {
  const before = Math.floor(template / 2);
  if (!padEdges && wanted === length)
    return {
      grid: fastLength(Math.max(length, template)),
      origin: -before,
      sources: Int32Array.from({ length }, (_, at) => at),
    };
  const extent = wanted + template - 1;
  const period = fastLength(Math.max(length, template));
  const source = padEdges
    ? (at: number): number => mirror(at, length)
    : (at: number): number => (((at % period) + period) % period < length ? ((at % period) + period) % period : -1);
  return {
    grid: cheapLength(Math.max(extent, template)),
    origin: 0,
    sources: Int32Array.from({ length: extent }, (_, at) => source(start + at - before)),
  };
}

function mirror(index: number, length: number): number {
  const period = 2 * length;
  const at = ((index % period) + period) % period;
  return at < length ? at : period - 1 - at;
}
