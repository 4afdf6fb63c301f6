import type { PlaneMaps } from "./sliced-file.js";

/** Limits of the colour scales as one plane suggests them: percentiles of a target, scores from the threshold to the highest. */
export function firstRanges(
  { target, scores }: PlaneMaps,
  scoreThreshold: number,
): { target: [number, number] | null; scores: [number, number] } {
  const high = scores ? highest(scores as Float32Array, scoreThreshold) : scoreThreshold;
  return {
    target: target ? percentileRange(target as Float32Array) : null,
    scores: [scoreThreshold, high > scoreThreshold ? high : scoreThreshold + 1],
  };
}

/** The 0.5th and 99.5th percentile, from at most some 50,000 values; 0 to 1 where there is no finite one. */
function percentileRange(values: Float32Array): [number, number] {
  const step = Math.max(1, Math.floor(values.length / 50_000));
  const sample = values.filter((value, at) => at % step === 0 && Number.isFinite(value)).sort();
  const low = sample[Math.floor(sample.length * 0.005)] ?? 0;
  const high = sample[Math.floor(sample.length * 0.995)] ?? 1;
  return [low, high > low ? high : low + 1];
}

/** The highest finite value, or `start` if that is higher. */
export function highest(values: Float32Array, start: number): number {
  let best = start;
  for (const value of values) if (value > best && value < Number.POSITIVE_INFINITY) best = value;
  return best;
}

/** Counts in equal intervals; values outside go to the first and the last, NaN nowhere. */
export function countInto(counts: Uint32Array, values: Float32Array, low: number, high: number): void {
  const scale = counts.length / (high - low);
  const last = counts.length - 1;
  for (const value of values)
    if (!Number.isNaN(value)) counts[Math.min(last, Math.max(0, Math.floor((value - low) * scale)))]!++;
}
