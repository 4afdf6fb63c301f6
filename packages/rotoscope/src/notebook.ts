import { type LoadedFile, type LoadedResult, type ReadOptions, readArrow as readFile } from "@rotoscope/arrow";
import type { Volume } from "@rotoscope/core";
import { readVolume as readMap } from "@rotoscope/formats";
import {
  type AnalyzerInput,
  type AnalyzerResults,
  type MatchOptions,
  type Search,
  match as startMatch,
} from "@rotoscope/matching";
import { displayable, interruptible } from "./displayable.js";

/**
 * Starts to search `target` for `template` in all `rotations`, in worker threads.
 *
 * The search runs while cells go on: `show(search)` follows it, `await search` gives the result, interrupting the kernel stops it and keeps what was found. A search, or a
 * result, alone at the end of a cell displays as the viewer. Throws a `RotoscopeError` (`argument`, `shape`) that names the option and its value.
 *
 * @example
 * const search = match({ target, template, rotations: rotationSet({ angularSamplingDegrees: 30 }) });
 * show(search);
 * const result = await search;
 */
export function match<const Analyzers extends readonly AnalyzerInput[] = readonly []>(
  options: MatchOptions<Analyzers>,
): Search<AnalyzerResults<Analyzers>> {
  const search = startMatch(options);
  search.then(
    (result) => displayable(Object.defineProperty(result, "stepper", { value: search, enumerable: false })),
    () => {},
  );
  return displayable(interruptible(search));
}

/**
 * Reads a file of ours, bit for bit: a result with its history where that stands beside it, peaks, a state or a history; `kind` says which. It is typed as a result unless another
 * type is named, as in `readArrow<LoadedPeaks>("peaks.arrow")`. A result alone at the end of a cell displays as the viewer.
 *
 * Throws a `RotoscopeError`: `file` for a file that is damaged or not ours, `unsupported` for a later version of the layout.
 */
export async function readArrow<Kind extends LoadedFile = LoadedResult>(
  path: string,
  options: ReadOptions = {},
): Promise<Kind> {
  const loaded = await readFile<Kind>(path, options);
  if (loaded.kind === "result") displayable(loaded);
  return loaded;
}

/**
 * Reads a density map from an MRC, CCP4 or MAP file, gzipped or not: axes z, y, x, values float32; alone at the end of a cell it displays as the viewer.
 *
 * Throws a `RotoscopeError` (`file`, `unsupported`) that names the file, the field and its value.
 */
export async function readVolume(path: string): Promise<Volume> {
  return displayable(await readMap(path));
}
