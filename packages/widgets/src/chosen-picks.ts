import { type Peak, RotoscopeError } from "@rotoscope/core";
import { keptViews } from "./kept-views.js";
import type { ViewableResult } from "./viewable.js";

/**
 * The picks of `result` as they were chosen in its latest view: candidates at or above its threshold, without those that were removed; best first.
 *
 * Throws a `RotoscopeError` (`argument`) when no view shows that result.
 *
 * @example
 * show(result);
 * await writePicks("picks.star", chosenPicks(result), result);   // in a later cell
 */
export function chosenPicks(result: ViewableResult): readonly Peak[] {
  for (const { taken } of keptViews()) if (taken?.result === result) return taken.peaks;
  throw new RotoscopeError("argument", "result: no view shows it; call show(result) first");
}
