import {
  type EngineRoom,
  type EngineScore,
  type EngineWork,
  engineRoom,
  type GridImage,
  type ImageRows,
  scratchBytes,
} from "@rotoscope/wasm";
import {
  gridLengths,
  laplacianRows,
  lengthsOf,
  originOf,
  type ScoreBox,
  squaredRows,
  type TargetGrid,
  targetGrid,
  targetRows,
} from "./extend-target.js";
import { deviationBoxes, deviationRoom, localDeviation } from "./local-deviation.js";
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
  /** The template with its phases scrambled, scored beside it, or the seed to scramble them with. */
  readonly background: Float32Array | number | null;
  /** Scores are 0 where sd_f is below this fraction of the target's deviation; 0 = nowhere. */
  readonly minLocalStd: number;
  /** The part of the score map that is wanted. Default: all. */
  readonly box?: ScoreBox;
}

/** What a search needs of the target, computed once. */
export interface PreparedTarget {
  /** The target, its squares and its mask, as far as the score needs them. */
  readonly images: readonly GridImage[];
  /** What was subtracted from the squares. */
  readonly meanSquare: number;
  /** What the engine's scores are multiplied by, per voxel; 0 where scores are suppressed. */
  readonly factor: Float32Array;
  /** sd_f over the target's deviation per voxel, float32; NaN where it isn't needed. */
  readonly relativeStd: Float32Array;
  /** The engine's memory. */
  readonly room: EngineRoom;
}

/** The smallest sd_f that counts, as in the reference (float32 machine epsilon); below it sd_f is taken as 1. */
const EPSILON = 1.19e-7;

/** Scores that the engine computes in another way than by a factor per voxel. */
const ENGINE_SCORES: Partial<Record<Score, EngineScore>> = { FLC: "local", MCC: "masked" };
/** Scores without a local normalisation. */
const GLOBAL: readonly Score[] = ["CC", "LCC", "NCC"];

/**
 * The target as the engine takes it and what scores are multiplied by. Targets are divided by their deviation, so that all is within float32's range whatever their units; where
 * the score allows it their mean is subtracted first.
 */
export function prepareTarget(options: PrepareOptions, workers: number): PreparedTarget {
  const { score, shape, minLocalStd } = options;
  const work = engineWork(options);
  const moments = momentsOf(options.target);
  const box = options.box ?? { start: [0, 0, 0], shape };
  const local = { ...options, box, fill: score === "CAM" ? moments.mean : 0 };
  const needed = minLocalStd > 0 || !GLOBAL.includes(score);
  const boxes = needed ? deviationBoxes(local, scratchBytes(work, workers)) : [];
  const room = engineRoom(work, workers, deviationRoom(local, boxes));
  const relativeStd = needed
    ? localDeviation(local, moments, room, boxes)
    : new Float32Array(box.shape[0] * box.shape[1] * box.shape[2]).fill(Number.NaN);
  const grid = targetGrid(options);
  const scale = scaleOf(score, moments);
  const rows = rowsOf(options, grid, moments, scale);
  const meanSquare = work.score === "local" ? 1 : 0;
  const images: ImageRows[] = [rows];
  if (work.score !== "product") images.push(squaredRows(rows, meanSquare));
  if (work.score === "masked") {
    const mask = options.targetMask ?? new Float32Array(shape[0] * shape[1] * shape[2]).fill(1);
    images.push(targetRows(grid, shape, mask, { mean: 0, scale: 1, fill: 0 }));
  }
  return {
    images: images.map((image) => ({ rows: image, shape: lengthsOf(grid), origin: originOf(grid) })),
    meanSquare,
    factor: factorOf(options, box, relativeStd, moments, scale),
    relativeStd,
    room,
  };
}

/** What a search of `options` asks of the engine's memory. */
export function engineWork(options: PrepareOptions): EngineWork {
  const { shape, templateShape, box } = options;
  const score = ENGINE_SCORES[options.score] ?? "product";
  const grid = gridLengths(options);
  return { score, shape: box?.shape ?? shape, templateShape, grid, withBackground: options.background !== null };
}

/** What the target is divided by. */
function scaleOf(score: Score, { mean, deviation }: Moments): number {
  return score === "CC" ? Math.sqrt(mean * mean + deviation * deviation) : deviation;
}

/** The target over `scale` on the grid. */
function rowsOf(
  { score, target, shape, padEdges, invert, targetMask }: PrepareOptions,
  grid: TargetGrid,
  { mean }: Moments,
  scale: number,
): ImageRows {
  const factor = (invert ? -1 : 1) / scale;
  if (score === "LCC") return laplacianRows(grid, shape, target, factor);
  if (score === "CC") return targetRows(grid, shape, target, { mean: 0, scale: factor, fill: 0 });
  const centred = padEdges || score === "CAM" || score === "NCC" || score === "MCC";
  const weights = score === "MCC" ? targetMask : null;
  return targetRows(grid, shape, target, { mean, scale: factor, fill: centred ? 0 : -mean * factor, weights });
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
