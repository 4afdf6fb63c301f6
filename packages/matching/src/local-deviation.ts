import { Correlator, forwardSpectrum } from "./correlator.js";
import { layOut, lengthsOf, type ScoreBox, targetGrid } from "./extend-target.js";
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
  readonly box?: ScoreBox;
}

/** sd_f = sqrt(max(0, CC(f^2, m)/N - (CC(f, m)/N)^2)) over the target's deviation, per voxel of the box; computed in float64. */
export function localDeviation(options: LocalDeviationOptions, { mean, deviation }: Moments): Float32Array {
  const { target, shape, templateShape, mask, padEdges, fill, box } = options;
  const grid = targetGrid({ shape, templateShape, padEdges, box });
  const data = layOut(grid, shape, (fill - mean) / deviation, (index) => (target[index]! - mean) / deviation);
  const squares = data.map((value) => value * value);
  const wanted = box?.shape ?? shape;
  const voxels = wanted[0] * wanted[1] * wanted[2];
  const [sums, sumsOfSquares] = [new Float64Array(voxels), new Float64Array(voxels)];
  const origin: Shape3 = [grid[0].origin, grid[1].origin, grid[2].origin];
  new Correlator(lengthsOf(grid), forwardSpectrum(lengthsOf(grid), data, squares)).correlate(
    mask,
    null,
    templateShape,
    origin,
    wanted,
    sums,
    sumsOfSquares,
  );
  const weight = data.length * mask.reduce((sum, value) => sum + value, 0);
  const floor = (ROUNDING / weight) * sumsOfSquares.reduce((max, sum) => Math.max(max, sum), 0);
  const out = new Float32Array(voxels);
  for (let voxel = 0; voxel < voxels; voxel++) {
    const local = sums[voxel]! / weight;
    const variance = sumsOfSquares[voxel]! / weight - local * local;
    out[voxel] = variance > floor ? Math.sqrt(variance) : 0;
  }
  return out;
}
