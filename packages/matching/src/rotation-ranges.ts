import type { RangeImprovements } from "@rotoscope/arrow";
import type { LoggedImprovements, NdArray } from "@rotoscope/core";

/** Rotations from ... to - 1. */
export type RotationRange = readonly [from: number, to: number];

/** The number of rotations in `ranges`. */
export function countOf(ranges: readonly RotationRange[]): number {
  return ranges.reduce((count, [from, to]) => count + to - from, 0);
}

/** What of 0 ... count - 1 isn't in the disjoint ranges `done`, in ascending order. */
export function remainingRanges(done: readonly RotationRange[], count: number): RotationRange[] {
  const remaining: RotationRange[] = [];
  let next = 0;
  for (const [from, to] of [...[...done].sort(([a], [b]) => a - b), [count, count] as const]) {
    if (from > next) remaining.push([next, from]);
    next = Math.max(next, to);
  }
  return remaining;
}

/** Deals ranges that start at even numbers out to workers, as even as pairs allow; everyone's are ascending and, for one worker at least, not empty. */
export function shareRanges(ranges: readonly RotationRange[], workers: number): RotationRange[][] {
  const pairs = ranges.reduce((sum, [from, to]) => sum + Math.ceil((to - from) / 2), 0);
  const shares = Math.max(1, Math.min(workers, pairs));
  return Array.from({ length: shares }, (_, share) => {
    const [first, last] = [Math.floor((pairs * share) / shares), Math.floor((pairs * (share + 1)) / shares)];
    let before = 0;
    const own: RotationRange[] = [];
    for (const [from, to] of ranges) {
      const start = from + 2 * Math.max(0, first - before);
      const end = Math.min(to, from + 2 * (last - before));
      if (start < end) own.push([start, end]);
      before += Math.ceil((to - from) / 2);
    }
    return own;
  });
}

/** Deals pairs of rotations out to workers in turn, so that all go through the list side by side; everyone's are ascending. */
export function sharePairs(ranges: readonly RotationRange[], workers: number): RotationRange[][] {
  const pairs = ranges.flatMap(([from, to]) =>
    Array.from(
      { length: Math.ceil((to - from) / 2) },
      (_, pair): RotationRange => [from + 2 * pair, Math.min(from + 2 * pair + 2, to)],
    ),
  );
  const shares = Math.max(1, Math.min(workers, pairs.length));
  return Array.from({ length: shares }, (_, share) => pairs.filter((_, pair) => pair % shares === share));
}

/** The logs in the order of their rotations, with steps without improvements for rotations that weren't reached. */
export function withGaps(logs: readonly RangeImprovements[], count: number): LoggedImprovements[] {
  const sorted = [...logs].sort((a, b) => a.from - b.from);
  const gaps = remainingRanges(
    sorted.map(({ from, ends }) => [from, from + ends.length]),
    count,
  ).map(([from, to]) => ({
    from,
    voxels: new Int32Array(0),
    scores: new Float32Array(0),
    ends: new Float64Array(to - from),
  }));
  return [...sorted, ...gaps].sort((a, b) => a.from - b.from);
}

/** Per rotation the index of the first one with the same bytes. */
export function firstEqual({ data, shape }: NdArray<Float32Array>): Int32Array {
  const elements = shape[1]! ** 2;
  const words = new Int32Array(data.slice().buffer);
  const equal = (a: number, b: number): boolean => {
    for (let at = 0; at < elements; at++) if (words[a * elements + at] !== words[b * elements + at]) return false;
    return true;
  };
  /** Of each hash the first rotation, and per rotation the next one with the same hash. */
  const heads = new Map<number, number>();
  const nexts = new Int32Array(shape[0]!).fill(-1);
  return Int32Array.from({ length: shape[0]! }, (_, index) => {
    let hash = 0;
    for (let at = index * elements; at < (index + 1) * elements; at++) hash = Math.imul(hash ^ words[at]!, 0x9e3779b1);
    hash ^= hash >>> 15;
    let last = heads.get(hash) ?? -1;
    if (last < 0) heads.set(hash, index);
    for (; last >= 0; last = nexts[last]!) {
      if (equal(last, index)) return last;
      if (nexts[last]! < 0) {
        nexts[last] = index;
        break;
      }
    }
    return index;
  });
}
