import { HistoryCursor } from "@rotoscope/core";
import type { Shape3 } from "./describe-view.js";
import type { ViewableResult } from "./viewable.js";

/** A view's maps with `factor` voxels per axis taken together: scores and their rotations by maximum, the target by mean. */
export interface BinnedView {
  readonly factor: number;
  readonly shape: Shape3;
  readonly target: Float32Array | null;
  readonly scores: Float32Array | null;
  readonly rotations: Int32Array | null;
}

/** The improvements of the binned maps: after step k a voxel has the score of its last entry up to k, and rotation k - 1. */
export interface BinnedHistory {
  /** Entries per step. */
  readonly counts: Uint32Array;
  /** Flat binned index per entry, ascending within a step. */
  readonly voxels: Uint32Array;
  readonly scores: Float32Array;
  /** Highest score over the whole volume after each step. */
  readonly maxScores: Float32Array;
}

/** Which binned voxel each voxel belongs to. */
export function binIndices(shape: Shape3, factor: number): { readonly shape: Shape3; readonly bins: Uint32Array } {
  const binned = shape.map((length) => Math.ceil(length / factor)) as unknown as Shape3;
  const bins = new Uint32Array(shape[0] * shape[1] * shape[2]);
  let voxel = 0;
  for (let z = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++, voxel++)
        bins[voxel] =
          (Math.floor(z / factor) * binned[1] + Math.floor(y / factor)) * binned[2] + Math.floor(x / factor);
  return { shape: binned, bins };
}

/** Bins the final maps of `result`, if any, and the target; `shape` has three axes. */
export function binView(
  result: ViewableResult | null,
  target: Float32Array | null,
  shape: Shape3,
  factor: number,
): BinnedView {
  const { shape: binned, bins } = binIndices(shape, factor);
  const size = binned[0] * binned[1] * binned[2];
  const best = result ? bestOver(result, bins, size) : { scores: null, rotations: null };
  return { factor, shape: binned, target: target && meanOver(target, bins, size), ...best };
}

/** Replays the history of `result` on its binned maps. */
export function binHistory(result: ViewableResult, shape: Shape3, factor: number, threshold: number): BinnedHistory {
  const history = result.history!;
  const { shape: binned, bins } = binIndices(shape, factor);
  const best = new Float32Array(binned[0] * binned[1] * binned[2]).fill(Number.NEGATIVE_INFINITY);
  const cursor = new HistoryCursor(history, result);
  cursor.moveTo(0);
  const counts = new Uint32Array(history.stepCount);
  const maxScores = new Float32Array(history.stepCount);
  const lastImproved = new Int32Array(best.length);
  const steps: { voxels: Uint32Array; scores: Float32Array }[] = [];
  let max = threshold;
  for (let k = 1; k <= history.stepCount; k++) {
    cursor.moveTo(k);
    const { voxel } = history.step(k);
    const improved = new Uint32Array(voxel.length);
    let count = 0;
    for (let entry = 0; entry < voxel.length; entry++) {
      const score = cursor.scores[voxel[entry]!]!;
      if (score > max) max = score;
      const bin = bins[voxel[entry]!]!;
      if (!(score > best[bin]!)) continue;
      best[bin] = score;
      if (lastImproved[bin] !== k) improved[count++] = bin;
      lastImproved[bin] = k;
    }
    const voxels = improved.slice(0, count).sort();
    const scores = new Float32Array(count);
    for (let entry = 0; entry < count; entry++) scores[entry] = best[voxels[entry]!]!;
    steps.push({ voxels, scores });
    counts[k - 1] = count;
    maxScores[k - 1] = max;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const voxels = new Uint32Array(total);
  const scores = new Float32Array(total);
  let at = 0;
  for (const step of steps) {
    voxels.set(step.voxels, at);
    scores.set(step.scores, at);
    at += step.voxels.length;
  }
  return { counts, voxels, scores, maxScores };
}

function bestOver(
  result: ViewableResult,
  bins: Uint32Array,
  size: number,
): { scores: Float32Array; rotations: Int32Array } {
  const scores = new Float32Array(size).fill(Number.NEGATIVE_INFINITY);
  const rotations = new Int32Array(size).fill(-1);
  const { data } = result.scores;
  for (let voxel = 0; voxel < data.length; voxel++) {
    const bin = bins[voxel]!;
    if (!(data[voxel]! > scores[bin]!)) continue;
    scores[bin] = data[voxel]!;
    rotations[bin] = result.rotations.data[voxel]!;
  }
  for (let voxel = 0; voxel < data.length; voxel++)
    if (Number.isNaN(data[voxel]!) && scores[bins[voxel]!] === Number.NEGATIVE_INFINITY)
      scores[bins[voxel]!] = Number.NaN;
  return { scores, rotations };
}

function meanOver(values: Float32Array, bins: Uint32Array, size: number): Float32Array {
  const sums = new Float64Array(size);
  const counts = new Uint32Array(size);
  for (let voxel = 0; voxel < values.length; voxel++) {
    const bin = bins[voxel]!;
    sums[bin] = sums[bin]! + values[voxel]!;
    counts[bin] = counts[bin]! + 1;
  }
  return Float32Array.from(sums, (sum, bin) => sum / counts[bin]!);
}
