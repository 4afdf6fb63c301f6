import { HistoryCursor, type Pausable } from "@rotoscope/core";
import { entryCount } from "./best-so-far.js";
import type { Shape3 } from "./describe-view.js";
import { PAUSE_EVERY } from "./highest-voxel.js";
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
interface Bins {
  readonly shape: Shape3;
  readonly size: number;
  readonly bins: Uint32Array;
}

/** Bins the final maps of `result`, if any, and the target; `shape` has three axes. */
export function* binView(
  result: ViewableResult | null,
  target: Float32Array | null,
  shape: Shape3,
  factor: number,
): Pausable<BinnedView> {
  const bins = yield* binIndices(shape, factor);
  const best = result ? yield* bestOver(result, bins) : { scores: null, rotations: null };
  return { factor, shape: bins.shape, target: target && (yield* meanOver(target, bins)), ...best };
}

/** Replays the history of `result` on its binned maps. */
export function* binHistory(
  result: ViewableResult,
  shape: Shape3,
  factor: number,
  threshold: number,
): Pausable<BinnedHistory> {
  const history = result.history!;
  const { size, bins } = yield* binIndices(shape, factor);
  const best = new Float32Array(size).fill(Number.NEGATIVE_INFINITY);
  const cursor = new HistoryCursor(history, result);
  yield* goBack(cursor, result);
  const counts = new Uint32Array(history.stepCount);
  const maxScores = new Float32Array(history.stepCount);
  const lastImproved = new Int32Array(best.length);
  const steps: { voxels: Uint32Array; scores: Float32Array }[] = [];
  let max = threshold;
  for (let k = 1; k <= history.stepCount; k++) {
    if (k > 1) cursor.moveTo(k);
    yield;
    const { voxel } = history.step(k);
    const improved = new Uint32Array(Math.min(size, voxel.length));
    let count = 0;
    for (let from = 0; from < voxel.length; from += PAUSE_EVERY) {
      const end = Math.min(voxel.length, from + PAUSE_EVERY);
      for (let entry = from; entry < end; entry++) {
        const score = cursor.scores[voxel[entry]!]!;
        if (score > max) max = score;
        const bin = bins[voxel[entry]!]!;
        if (!(score > best[bin]!)) continue;
        best[bin] = score;
        if (lastImproved[bin] !== k) improved[count++] = bin;
        lastImproved[bin] = k;
      }
      yield;
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
  yield;
  return { counts, voxels, scores, maxScores };
}

/** To step 1 from where the cursor is, some entries at a time. */
function* goBack(cursor: HistoryCursor, { history }: ViewableResult): Pausable<void> {
  for (let step = cursor.step; step > 1; ) {
    let entries = entryCount(history!, step--);
    while (step > 1 && entries + entryCount(history!, step) <= PAUSE_EVERY) entries += entryCount(history!, step--);
    cursor.moveTo(step);
    yield;
  }
}

function* binIndices(shape: Shape3, factor: number): Pausable<Bins> {
  const binned = shape.map((length) => Math.ceil(length / factor)) as unknown as Shape3;
  const bins = new Uint32Array(shape[0] * shape[1] * shape[2]);
  const columns = Uint32Array.from({ length: shape[2] }, (_, x) => Math.floor(x / factor));
  let voxel = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      const row = (Math.floor(z / factor) * binned[1] + Math.floor(y / factor)) * binned[2];
      for (let x = 0; x < shape[2]; x++) bins[voxel++] = row + columns[x]!;
    }
    yield;
  }
  return { shape: binned, size: binned[0] * binned[1] * binned[2], bins };
}

function* bestOver(
  result: ViewableResult,
  { bins, size }: Bins,
): Pausable<{ scores: Float32Array; rotations: Int32Array }> {
  const scores = new Float32Array(size).fill(Number.NEGATIVE_INFINITY);
  const rotations = new Int32Array(size).fill(-1);
  const { data } = result.scores;
  const winners = result.rotations.data;
  let missing = 0;
  for (let from = 0; from < data.length; from += PAUSE_EVERY) {
    const end = Math.min(data.length, from + PAUSE_EVERY);
    for (let voxel = from; voxel < end; voxel++) {
      const score = data[voxel]!;
      if (Number.isNaN(score)) missing++;
      const bin = bins[voxel]!;
      if (!(score > scores[bin]!)) continue;
      scores[bin] = score;
      rotations[bin] = winners[voxel]!;
    }
    yield;
  }
  if (missing > 0)
    for (let voxel = 0; voxel < data.length; voxel++) {
      if (voxel % PAUSE_EVERY === 0) yield;
      if (Number.isNaN(data[voxel]!) && scores[bins[voxel]!] === Number.NEGATIVE_INFINITY)
        scores[bins[voxel]!] = Number.NaN;
    }
  return { scores, rotations };
}

function* meanOver(values: Float32Array, { bins, size }: Bins): Pausable<Float32Array> {
  const sums = new Float64Array(size);
  const counts = new Uint32Array(size);
  for (let from = 0; from < values.length; from += PAUSE_EVERY) {
    const end = Math.min(values.length, from + PAUSE_EVERY);
    for (let voxel = from; voxel < end; voxel++) {
      const bin = bins[voxel]!;
      sums[bin] = sums[bin]! + values[voxel]!;
      counts[bin] = counts[bin]! + 1;
    }
    yield;
  }
  const means = new Float32Array(size);
  for (let bin = 0; bin < size; bin++) means[bin] = sums[bin]! / counts[bin]!;
  return means;
}
