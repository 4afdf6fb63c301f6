import type { PickChoice } from "@rotoscope/arrow";
import { findPeaks, type Peak, RotoscopeError } from "@rotoscope/core";
import type { ShowOptions, ViewableResult } from "./viewable.js";

/** How many candidates are looked for where none are given, and how many of them are taken at first. */
const MOST_CANDIDATES = 1000;
const TAKEN_AT_FIRST = 100;

/** The picks that a viewer chooses from, best first, and the choice that it starts with. */
export interface Candidates {
  readonly peaks: readonly Peak[];
  readonly choice: PickChoice;
}

/** Those of `options`, or the highest peaks of `result`, at least half a template apart where its size is known. */
export function candidatesOf(result: ViewableResult, options: ShowOptions): Candidates {
  if (result.scores.data.length === 0) return { peaks: [], choice: { threshold: 0, removed: [] } };
  const given = options.picks?.filter(({ score }) => Number.isFinite(score));
  const peaks = [...(given ?? searched(result, options))].sort((a, b) => b.score - a.score);
  const last = peaks[Math.min(peaks.length, given ? peaks.length : TAKEN_AT_FIRST) - 1];
  const threshold = options.threshold ?? last?.score ?? result.scoreThreshold ?? 0;
  return { peaks, choice: { threshold: Number.isFinite(threshold) ? threshold : 0, removed: [] } };
}

/** Those at or above the threshold that were not removed. */
export function takenPeaks({ peaks, choice }: Candidates): readonly Peak[] {
  const removed = new Set(choice.removed);
  return peaks.filter(({ score }, index) => score >= choice.threshold && !removed.has(index));
}

/** A choice as it came from a viewer, checked. Throws a `RotoscopeError` (`argument`). */
export function checkedChoice({ threshold, removed }: PickChoice, { peaks }: Candidates): PickChoice {
  if (!Number.isFinite(threshold)) throw new RotoscopeError("argument", `threshold: ${threshold}, expected a number`);
  const stray = removed.find((index) => !(index in peaks));
  if (stray !== undefined) throw new RotoscopeError("argument", `removed pick ${stray} of ${peaks.length}`);
  return { threshold, removed };
}

function searched(result: ViewableResult, options: ShowOptions): readonly Peak[] {
  const find = options.findPeaks ?? findPeaks;
  const extents = (options.template ?? result.template)?.shape ?? recordedShape(result);
  const minDistance = Math.max(1, Math.floor(Math.min(...extents.filter((length) => length > 1), 1e9) / 2));
  return find(result, { numPeaks: MOST_CANDIDATES, minDistance: extents.length > 0 ? minDistance : 1 }).filter(
    ({ score }) => score > (result.scoreThreshold ?? Number.NEGATIVE_INFINITY),
  );
}

/** The template's shape as a file's record of the search has it; empty when it doesn't. */
function recordedShape(result: ViewableResult): readonly number[] {
  const { provenance } = result as {
    readonly provenance?: { readonly options?: { readonly templateShape?: unknown } };
  };
  const shape = provenance?.options?.templateShape;
  return Array.isArray(shape) ? shape.filter((length): length is number => typeof length === "number") : [];
}
