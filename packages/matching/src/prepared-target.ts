import type { EngineScore, EngineSpectrum, EngineWork } from "@rotoscope/wasm";
import { forwardSpectrum } from "./correlator.js";
import {
  type GridOptions,
  layOut,
  layOutLaplacian,
  lengthsOf,
  type ScoreBox,
  type TargetGrid,
  targetGrid,
} from "./extend-target.js";
import { localDeviation } from "./local-deviation.js";
import type { Interpolation, Score } from "./scores.js";
import { type Moments, mirroredMoments, momentsOf } from "./target-statistics.js";

type Shape3 = readonly [number, number, number];

/** What to prepare a target for. */
export interface PrepareOptions {
  readonly target: Float32Array;
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  /** Template mask, C order of `templateShape`. */
  readonly mask: Float32Array;
  readonly score: Score;
  readonly interpolation: Interpolation;
  readonly padEdges: boolean;
  /** Take the target's contrast the other way round. */
  readonly invert: boolean;
  /** Weights of the target's voxels: part of MCC; with other scores those of 0 score 0. */
  readonly targetMask: Float32Array | null;
  /** The template with its phases scrambled, scored beside it. */
  readonly background: Float32Array | null;
  /** Scores are 0 where sd_f is below this fraction of the target's deviation; 0 = nowhere. */
  readonly minLocalStd: number;
  /** The part of the score map that is wanted. Default: all. */
  readonly box?: ScoreBox;
}

/** What a search needs of the target, computed once. */
export interface PreparedTarget {
  readonly score: EngineScore;
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  readonly grid: Shape3;
  readonly origin: Shape3;
  /** Forward transforms over the grid's size of the target, its squares and its mask, as far as the score needs them: float32, C order of `grid`. */
  readonly spectra: readonly EngineSpectrum[];
  /** What was subtracted from the squares. */
  readonly meanSquare: number;
  /** What the engine's scores are multiplied by, per voxel; 0 where scores are suppressed. */
  readonly factor: Float32Array;
  /** sd_f over the target's deviation per voxel, float32; NaN where it isn't needed. */
  readonly relativeStd: Float32Array;
}

/** The smallest sd_f that counts, as in the reference (float32 machine epsilon); below it sd_f is taken as 1. */
const EPSILON = 1.19e-7;

/** Scores that the engine computes in another way than by a factor per voxel. */
const ENGINE_SCORES: Partial<Record<Score, EngineScore>> = { FLC: "local", MCC: "masked" };
/** Scores without a local normalisation. */
const GLOBAL: readonly Score[] = ["CC", "LCC", "NCC"];

/**
 * The spectra of the target and what scores are multiplied by. Targets are divided by their deviation, so that all is within float32's range whatever their units; where
 * the score allows it their mean is subtracted first.
 */
export function prepareTarget(options: PrepareOptions): PreparedTarget {
  const { score, shape, templateShape, padEdges, minLocalStd } = options;
  const engineScore = ENGINE_SCORES[score] ?? "product";
  const frame: GridOptions = { shape, templateShape, padEdges, box: options.box };
  const grid = targetGrid({ ...frame, sameLengths: engineScore === "masked" });
  const moments = momentsOf(options.target);
  const { data, scale } = layOutTarget(options, grid, moments);
  const box = options.box ?? { start: [0, 0, 0], shape };
  const needed = minLocalStd > 0 || !GLOBAL.includes(score);
  const relativeStd = needed
    ? localDeviation({ ...options, fill: score === "CAM" ? moments.mean : 0 }, moments)
    : new Float32Array(box.shape[0] * box.shape[1] * box.shape[2]).fill(Number.NaN);
  const meanSquare = engineScore === "local" ? 1 : 0;
  const images = [data];
  if (engineScore !== "product") images.push(data.map((value) => value * value - meanSquare));
  if (engineScore === "masked") images.push(layOut(grid, shape, 0, (index) => options.targetMask?.[index] ?? 1));
  return {
    score: engineScore,
    shape: box.shape,
    templateShape,
    grid: lengthsOf(grid),
    origin: [grid[0].origin, grid[1].origin, grid[2].origin],
    spectra: images.map((image) => spectrumOf(lengthsOf(grid), image)),
    meanSquare,
    factor: factorOf(options, box, relativeStd, moments, scale),
    relativeStd,
  };
}

/** What a search of `options` asks of the engine's memory. */
export function engineWork(options: PrepareOptions): EngineWork {
  const { shape, templateShape, padEdges, box } = options;
  const score = ENGINE_SCORES[options.score] ?? "product";
  const grid = targetGrid({ shape, templateShape, padEdges, box, sameLengths: score === "masked" });
  const withBackground = options.background !== null;
  return { score, shape: box?.shape ?? shape, templateShape, grid: lengthsOf(grid), withBackground };
}

/** The target over `scale` on the grid. */
function layOutTarget(
  { score, target, shape, padEdges, invert, targetMask }: PrepareOptions,
  grid: TargetGrid,
  { mean, deviation }: Moments,
): { readonly data: Float64Array; readonly scale: number } {
  const sign = invert ? -1 : 1;
  if (score === "CC" || score === "LCC") {
    const data =
      score === "CC" ? layOut(grid, shape, 0, (index) => target[index]!) : layOutLaplacian(grid, shape, target);
    let squares = 0;
    for (const value of data) squares += value * value;
    const scale = Math.sqrt(squares / data.length);
    return { data: data.map((value) => (sign * value) / scale), scale };
  }
  const factor = sign / deviation;
  const fill = padEdges || score === "CAM" || score === "NCC" || score === "MCC" ? 0 : -mean * factor;
  const of =
    score === "MCC" && targetMask
      ? (index: number): number => (target[index]! - mean) * factor * targetMask[index]!
      : (index: number): number => (target[index]! - mean) * factor;
  return { data: layOut(grid, shape, fill, of), scale: deviation };
}

function factorOf(
  options: PrepareOptions,
  box: ScoreBox,
  relativeStd: Float32Array,
  { deviation }: Moments,
  scale: number,
): Float32Array {
  const { score, target, shape, templateShape, padEdges, mask, minLocalStd } = options;
  const voxels = templateShape[0] * templateShape[1] * templateShape[2];
  const count = mask.reduce((sum, weight) => sum + weight, 0);
  const factor = new Float32Array(relativeStd.length);
  if (score === "FLCSphericalMask" || score === "CAM") {
    const unit = score === "CAM" ? 1 : deviation;
    for (let at = 0; at < factor.length; at++) {
      const std = relativeStd[at]! * unit;
      factor[at] = unit / (count * (std < EPSILON ? 1 : std));
    }
  } else if (score === "NCC") {
    const moments = padEdges ? mirroredMoments(target, shape, templateShape) : { deviation };
    factor.fill(scale / (moments.deviation * Math.sqrt(voxels)));
  } else factor.fill(GLOBAL.includes(score) ? scale : 1);
  if (minLocalStd > 0) for (let at = 0; at < factor.length; at++) if (relativeStd[at]! < minLocalStd) factor[at] = 0;
  if (options.targetMask && score !== "MCC") suppressOutside(factor, options.targetMask, shape, box);
  return factor;
}

/** Scores 0 where the target's mask is 0. */
function suppressOutside(
  factor: Float32Array,
  mask: Float32Array,
  shape: Shape3,
  { start, shape: size }: ScoreBox,
): void {
  for (let z = 0, at = 0; z < size[0]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[2]; x++, at++)
        if (!(mask[((start[0] + z) * shape[1] + start[1] + y) * shape[2] + start[2] + x]! > 0)) factor[at] = 0;
}

function spectrumOf(grid: Shape3, image: Float64Array): EngineSpectrum {
  const { re, im } = forwardSpectrum(grid, image);
  const over = (values: Float64Array): Float32Array => Float32Array.from(values, (value) => value / image.length);
  return { re: over(re), im: over(im) };
}
