import { findPeaks } from "@rotoscope/wasm";
import {
  htmlPage as pageOf,
  type ShowOptions,
  show as showWith,
  type Viewable,
  type ViewableResult,
} from "@rotoscope/widgets";

/**
 * Shows a result, a volume, or a search that then is followed live, below the running cell. Displays at once and returns nothing.
 *
 * Throws a `RotoscopeError`: `environment` outside of a notebook kernel, `shape` for maps that can't be shown.
 *
 * @example
 * const search = match({ target, template });
 * show(search);
 */
export function show(subject: Viewable, options: ShowOptions = {}): void {
  showWith(
    subject,
    options.findPeaks ? options : { ...options, findPeaks, findPeaksModule: import.meta.resolve("@rotoscope/wasm") },
  );
}

/**
 * One HTML file that shows `result` without kernel, server or network.
 *
 * Maps are at 8 and 16 bits, the history within a budget; the page says what was left out. Throws a `RotoscopeError` (`shape`) for maps that can't be shown.
 */
export function htmlPage(result: ViewableResult, options: ShowOptions = {}): string {
  return pageOf(result, { findPeaks, ...options });
}
