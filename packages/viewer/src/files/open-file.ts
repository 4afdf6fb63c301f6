import { isMrc, mrcSlices } from "./mrc-slices.js";
import { type FetchRange, openRange } from "./range-source.js";
import { isArrow, resultSlices } from "./result-slices.js";
import type { SlicedFile } from "./sliced-file.js";

/** Finds the first of some files that is there, in the folder of the opened one, and how to get its ranges; rejects with a sentence when none is. */
export type FindBeside = (
  names: readonly string[],
) => Promise<{ readonly name: string; readonly fetchRange: FetchRange }>;

const FIRST_BYTES = 1024;

/**
 * Opens a volume (MRC, CCP4) or a result (Arrow) on a server: reads the header alone, by Range requests. Null for a `.map` file that isn't a density map.
 * Rejects with a sentence for the user: damaged and foreign files, servers that don't answer. `signal` ends all requests; `findBeside` is for a result's history.
 */
export async function openFile(
  name: string,
  fetchRange: FetchRange,
  signal: AbortSignal,
  findBeside: FindBeside | null = null,
): Promise<SlicedFile | null> {
  const source = await openRange(name, fetchRange, signal);
  const start = await source.read(0, Math.min(FIRST_BYTES, source.size));
  if (isArrow(start))
    return resultSlices(
      source,
      findBeside &&
        (async (names) => {
          const found = await findBeside(names);
          return openRange(found.name, found.fetchRange, signal);
        }),
    );
  return isMrc(start) || !/\.map$/i.test(name) ? mrcSlices(source) : null;
}
