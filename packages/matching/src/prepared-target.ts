import { Correlator, forwardSpectrum } from "./correlator.js";
import { extendTarget, type ScoreBox } from "./extend-target.js";

type Shape3 = readonly [number, number, number];

/** What a search of FLCSphericalMask needs of the target, computed once; plain data that workers share. */
export interface PreparedTarget {
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  readonly grid: Shape3;
  readonly origin: Shape3;
  /** Forward transform of (target - mean) / deviation, float32, C order of `grid`: within float32's range whatever the target's units. */
  readonly spectrumRe: Float32Array;
  readonly spectrumIm: Float32Array;
  /** Deviation / (N sd_f grid size) per voxel of the target, float32; 0 where scores are suppressed. */
  readonly factor: Float32Array;
  /** sd_f over the target's deviation per voxel, float32. */
  readonly relativeStd: Float32Array;
}

/** What to prepare a target for. */
export interface PrepareOptions {
  readonly target: Float32Array;
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  /** Template mask, C order of `templateShape`. */
  readonly mask: Float32Array;
  readonly padEdges: boolean;
  /** Scores are 0 where sd_f is below this fraction of the target's deviation; 0 = nowhere. */
  readonly minLocalStd: number;
  /** The part of the score map that is wanted. Default: all. */
  readonly box?: ScoreBox;
}

/** The smallest sd_f that counts, as in the reference (float32 machine epsilon); below it sd_f is taken as 1. */
const EPSILON = 1.19e-7;
/** Variances below this fraction of the highest mean of squares are rounding of the float64 transforms. */
const ROUNDING = 1e-12;

/**
 * The spectrum of the target and the inverse denominator of FLCSphericalMask: sd_f = sqrt(max(0, CC(f^2, m)/N - (CC(f, m)/N)^2)) in float64.
 *
 * Arrays of the outcome are SharedArrayBuffers.
 */
export function prepareTarget(options: PrepareOptions): PreparedTarget {
  const { target, templateShape, mask, padEdges, minLocalStd } = options;
  const { grid, data, origin } = extendTarget(target, options.shape, templateShape, padEdges, options.box);
  const shape = options.box?.shape ?? options.shape;
  const voxels = shape[0] * shape[1] * shape[2];
  const size = data.length;
  const count = mask.reduce((sum, weight) => sum + weight, 0);
  const squares = data.map((value) => value * value);
  const sums = new Float64Array(voxels);
  const sumsOfSquares = new Float64Array(voxels);
  new Correlator(grid, forwardSpectrum(grid, data, squares)).correlate(
    mask,
    null,
    templateShape,
    origin,
    shape,
    sums,
    sumsOfSquares,
  );
  const spectrum = forwardSpectrum(grid, data);
  const globalStd = standardDeviation(target);
  const floor = ROUNDING * sumsOfSquares.reduce((max, sum) => Math.max(max, sum), 0);
  const factor = sharedFloat32(voxels);
  const relativeStd = sharedFloat32(voxels);
  for (let voxel = 0; voxel < factor.length; voxel++) {
    const mean = sums[voxel]! / (size * count);
    const variance = sumsOfSquares[voxel]! / (size * count) - mean * mean;
    const std = variance * size * count > floor ? Math.sqrt(variance) : 0;
    relativeStd[voxel] = std / globalStd;
    const suppressed = minLocalStd > 0 && std < minLocalStd * globalStd;
    factor[voxel] = suppressed ? 0 : globalStd / (count * (std < EPSILON ? 1 : std) * size);
  }
  return {
    shape,
    templateShape,
    grid,
    origin,
    spectrumRe: shared(spectrum.re, 1 / globalStd),
    spectrumIm: shared(spectrum.im, 1 / globalStd),
    factor,
    relativeStd,
  };
}

function standardDeviation(data: Float32Array): number {
  let sum = 0;
  for (const value of data) sum += value;
  const mean = sum / data.length;
  let squares = 0;
  for (const value of data) squares += (value - mean) ** 2;
  return Math.sqrt(squares / data.length);
}

function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}

function shared(values: Float64Array, scale: number): Float32Array {
  const copy = sharedFloat32(values.length);
  for (let at = 0; at < copy.length; at++) copy[at] = values[at]! * scale;
  return copy;
}
