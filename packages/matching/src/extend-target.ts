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

/**
 * Lays the target on a grid of fast lengths.
 *
 * With `padEdges` it is extended by t - 1 per axis, mirrored including the edge voxel (numpy's `symmetric`), floor(t / 2) of them before: scores at the
 * border then depend on the target alone, not on the grid. Without, it is filled with zeros to pyFFTW's fast length of max(s, t) and taken as periodic.
 */
export function extendTarget(
  target: Float32Array,
  shape: Shape3,
  templateShape: Shape3,
  padEdges: boolean,
): ExtendedTarget {
  let mean = 0;
  for (const value of target) mean += value;
  mean /= target.length;
  const before = templateShape.map((t) => (padEdges ? Math.floor(t / 2) : 0));
  const extent = shape.map((s, axis) => s + (padEdges ? templateShape[axis]! - 1 : 0));
  const fast = padEdges ? cheapLength : fastLength;
  const grid = extent.map((length, axis) => fast(Math.max(length, templateShape[axis]!))) as unknown as Shape3;
  const data = new Float64Array(grid[0] * grid[1] * grid[2]).fill(-mean);
  const sources = extent.map((length, axis) =>
    Int32Array.from({ length }, (_, at) => mirror(at - before[axis]!, shape[axis]!)),
  );
  for (let z = 0; z < extent[0]!; z++)
    for (let y = 0; y < extent[1]!; y++) {
      const from = (sources[0]![z]! * shape[1] + sources[1]![y]!) * shape[2];
      const to = (z * grid[1] + y) * grid[2];
      for (let x = 0; x < extent[2]!; x++) data[to + x] = target[from + sources[2]![x]!]! - mean;
    }
  const origin = before.map((length, axis) => length - Math.floor(templateShape[axis]! / 2)) as unknown as Shape3;
  return { grid, data, origin };
}

function mirror(index: number, length: number): number {
  const period = 2 * length;
  const at = ((index % period) + period) % period;
  return at < length ? at : period - 1 - at;
}
