import type { ViewDescription, ViewPick } from "@rotoscope/arrow";
import { type Pausable, type Peak, RotoscopeError, sizeOf, spatialMatrix, type Volume } from "@rotoscope/core";
import type { Candidates } from "./candidates.js";
import { PAUSE_EVERY } from "./highest-voxel.js";
import type { ShowOptions, ViewableResult, ViewableSearch } from "./viewable.js";

export type Shape3 = readonly [number, number, number];

/** Throws a `RotoscopeError` (`shape`) for maps that aren't 2-D or 3-D, or a target of another shape. */
export function checkShapes(shape: readonly number[], target: Volume | undefined): void {
  if (target && spatialShape(target.shape).join() !== spatialShape(shape).join())
    throw new RotoscopeError("shape", `target: shape [${target.shape}], the scores' is [${shape}]`);
  spatialShape(shape);
}

/** What a viewer is told of a result; `hasThisRotation`: scores of single rotations can be computed. */
export function* describeResult(
  result: ViewableResult,
  options: ShowOptions,
  { peaks, choice }: Candidates,
  hasThisRotation = false,
): Pausable<ViewDescription> {
  const shape = spatialShape(result.scores.shape);
  const target = options.target ?? result.target;
  const { range, hasScores } = yield* scoreRange(result.scores.data, result.scoreThreshold ?? 0);
  const threshold = result.scoreThreshold ?? 0;
  const { meanSquare, rotationMapping } = result;
  return {
    title: options.title ?? "",
    shape,
    wholeShape: shape,
    binning: 1,
    voxelSizeAngstrom: spatialSize(result.voxelSizeAngstrom ?? target?.voxelSizeAngstrom ?? []),
    maps: [...(target ? (["target"] as const) : []), "scores", "rotations"],
    stepCount: result.history?.stepCount ?? result.rotationMapping.size,
    hasHistory: Boolean(result.history),
    hasThisRotation,
    hasTemplate: (options.template ?? result.template) !== undefined,
    scoreThreshold: Number.isFinite(threshold) ? threshold : 0,
    ranges: { target: target ? percentiles(target.data) : null, scores: range },
    statistics:
      meanSquare > 0 && rotationMapping.size > 0
        ? { meanSquare, observations: sizeOf(shape) * rotationMapping.size }
        : null,
    picks: peaks.map(viewPick),
    choice,
    keepsChoice: true,
    tellsChanges: Boolean(result.history),
    running: false,
    notes: [
      ...(result.warnings ?? []),
      ...(hasScores ? [] : ["All scores are NaN: no rotation gave a score anywhere."]),
    ],
  };
}

/** What a viewer is told of a search that has no result yet; `failure` says why it never will. */
export function describeSearch(
  search: ViewableSearch,
  options: ShowOptions,
  hasThisRotation: boolean,
  failure: string | null,
): ViewDescription {
  const { scoreThreshold: threshold, progress } = search;
  const low = Number.isFinite(threshold) ? threshold : 0;
  const shape = spatialShape(search.shape);
  return {
    title: options.title ?? "",
    shape,
    wholeShape: shape,
    binning: 1,
    voxelSizeAngstrom: spatialSize(search.target.voxelSizeAngstrom),
    maps: ["target", "scores", "rotations"],
    stepCount: search.rotations.shape[0]!,
    hasHistory: false,
    hasThisRotation,
    hasTemplate: (options.template ?? search.template) !== undefined,
    scoreThreshold: low,
    ranges: {
      target: percentiles(search.target.data),
      scores: [low, progress.maxScore > low ? progress.maxScore : low + 1],
    },
    statistics: null,
    picks: [],
    choice: { threshold: low, removed: [] },
    keepsChoice: true,
    takesPicks: failure === null,
    running: failure === null,
    notes: [...search.warnings, ...(failure === null ? [] : [failure])],
  };
}

/** What a viewer is told of a volume alone. */
export function describeVolume(volume: Volume, options: ShowOptions): ViewDescription {
  const shape = spatialShape(volume.shape);
  const picks = options.picks ?? [];
  return {
    title: options.title ?? "",
    shape,
    wholeShape: shape,
    binning: 1,
    voxelSizeAngstrom: spatialSize(volume.voxelSizeAngstrom),
    maps: ["target"],
    stepCount: 0,
    hasHistory: false,
    hasThisRotation: false,
    hasTemplate: false,
    scoreThreshold: 0,
    ranges: { target: percentiles(volume.data), scores: [0, 1] },
    statistics: null,
    picks: picks.map(viewPick),
    choice: { threshold: picks.reduce((least, { score }) => Math.min(least, score), 0), removed: [] },
    keepsChoice: true,
    running: false,
    notes: [],
  };
}

/** Matrices by rotation index, float32, n x 9; rotations that are not known stay zero. */
export function matricesOf(rotationMapping: ReadonlyMap<number, Float32Array>): Float32Array {
  const count = [...rotationMapping.keys()].reduce((most, index) => Math.max(most, index + 1), 0);
  const matrices = new Float32Array(count * 9);
  for (const [index, matrix] of rotationMapping)
    if (matrix.length === 4 || matrix.length === 9) matrices.set(spatialMatrix(matrix, 1), index * 9);
  return matrices;
}

/** A shape with three axes: a 2-D one gets a single z plane. */
export function spatialShape(shape: readonly number[]): Shape3 {
  if (shape.length === 2) return [1, shape[0]!, shape[1]!];
  if (shape.length === 3) return [shape[0]!, shape[1]!, shape[2]!];
  throw new RotoscopeError("shape", `shape [${shape.join(", ")}]: only 2-D and 3-D maps can be shown`);
}

function spatialSize(size: readonly number[]): Shape3 {
  const three = [...[0, 0, 0], ...size].slice(-3);
  return [three[0]!, three[1]!, three[2]!];
}

function viewPick({ position, score, rotation }: Peak): ViewPick {
  const [z, y, x] = [0, ...position].slice(-3);
  return { position: [z!, y!, x!], score, rotation };
}

/** Limits of the colour scale, and whether any score isn't NaN, which an empty map is taken to have. */
function* scoreRange(
  scores: Float32Array,
  threshold: number,
): Pausable<{ readonly range: [number, number]; readonly hasScores: boolean }> {
  let [low, high, hasScores] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, scores.length === 0];
  for (let from = 0; from < scores.length; from += PAUSE_EVERY) {
    const end = Math.min(scores.length, from + PAUSE_EVERY);
    for (let voxel = from; voxel < end; voxel++) {
      const score = scores[voxel]!;
      if (!Number.isNaN(score)) hasScores = true;
      if (!Number.isFinite(score)) continue;
      if (score < low) low = score;
      if (score > high) high = score;
    }
    yield;
  }
  if (Number.isFinite(threshold)) low = threshold;
  if (!Number.isFinite(low)) low = 0;
  return { range: [low, high > low ? high : low + 1], hasScores };
}

/** The 0.5th and 99.5th percentile, from at most some 50,000 values. */
function percentiles(data: Volume["data"]): [number, number] {
  // Odd, so that it doesn't keep to a few columns.
  const every = Math.floor(data.length / 50_000) | 1;
  const values: number[] = [];
  for (let at = 0; at < data.length; at += every) if (Number.isFinite(data[at]!)) values.push(data[at]!);
  const sample = Float64Array.from(values).sort();
  const low = sample[Math.floor(sample.length * 0.005)] ?? 0;
  const high = sample[Math.floor(sample.length * 0.995)] ?? 1;
  return [low, high > low ? high : low + 1];
}
