import type { PickChoice } from "@rotoscope/arrow";
import { findPeaks, type Peak, RotoscopeError } from "@rotoscope/core";
import { findPeaksInThread } from "./peak-thread.js";
import type { ShowOptions, ViewableResult } from "./viewable.js";

/** How many candidates are looked for where none are given, and how many of them are taken at first. */
const MOST_CANDIDATES = 1000;
const TAKEN_AT_FIRST = 100;
/** How far candidates are apart where the template's size isn't known, as a share of the map's shortest side. */
const UNKNOWN_APART = 0.02;

/** The picks that a viewer chooses from, best first, and the choice that it starts with. */
export interface Candidates {
  readonly peaks: readonly Peak[];
  readonly choice: PickChoice;
}

/** Those of `options`, or the highest peaks of `result`, at least half a template apart where its size is known; found now, in this thread. */
export function candidatesOf(result: ViewableResult, options: ShowOptions): Candidates {
  const find = options.findPeaks ?? findPeaks;
  return chosenFrom(
    result,
    options,
    options.picks ?? (isEmpty(result) ? [] : find(result, searchOptions(result, options))),
  );
}

/** The same, found in another thread where that is possible: the event loop goes on. */
export async function candidatesLater(result: ViewableResult, options: ShowOptions): Promise<Candidates> {
  const { picks, findPeaks: find, findPeaksModule: module } = options;
  if (picks || isEmpty(result) || (find && !module)) return candidatesOf(result, options);
  const found = await findPeaksInThread(result, searchOptions(result, options), module);
  return chosenFrom(result, options, found);
}

function isEmpty({ scores }: ViewableResult): boolean {
  return scores.data.length === 0;
}

function chosenFrom(result: ViewableResult, options: ShowOptions, found: readonly Peak[]): Candidates {
  const least = options.picks ? Number.NEGATIVE_INFINITY : (result.scoreThreshold ?? Number.NEGATIVE_INFINITY);
  const peaks = found.filter(({ score }) => Number.isFinite(score) && (options.picks || score > least));
  peaks.sort((a, b) => b.score - a.score);
  const last = peaks[Math.min(peaks.length, options.picks ? peaks.length : TAKEN_AT_FIRST) - 1];
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

function searchOptions(result: ViewableResult, options: ShowOptions): { numPeaks: number; minDistance: number } {
  const template = (options.template ?? result.template)?.shape ?? recordedShape(result);
  const extent = (shape: readonly number[]) => Math.min(...shape.filter((length) => length > 1), 1e9);
  const apart = template.length > 0 ? extent(template) / 2 : UNKNOWN_APART * extent(result.scores.shape);
  return { numPeaks: MOST_CANDIDATES, minDistance: Math.max(1, Math.floor(apart)) };
}

/** The template's shape as a file's record of the search has it; empty when it doesn't. */
function recordedShape(result: ViewableResult): readonly number[] {
  const { provenance } = result as {
    readonly provenance?: { readonly options?: { readonly templateShape?: unknown } };
  };
  const shape = provenance?.options?.templateShape;
  return Array.isArray(shape) ? shape.filter((length): length is number => typeof length === "number") : [];
}
