import type { LoadedResult } from "@rotoscope/arrow";
import type { Peak } from "@rotoscope/core";
import {
  PeakCallerFast,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
} from "@rotoscope/wasm";
import { UsageError } from "../command.js";

const callers = {
  PeakCallerMaximumFilter,
  PeakCallerSort,
  PeakCallerFast,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
};

/** Names of the peak callers, the default first. */
export const callerNames: readonly string[] = Object.keys(callers);

/** What the commands let a user choose about picks. */
export interface PickOptions {
  readonly caller?: string;
  readonly numPeaks: number;
  readonly minDistance: number | undefined;
  readonly minScore: number | undefined;
  readonly maxScore?: number | undefined;
}

/**
 * The picks of a result; the default distance is half the template's smallest extent, where the file says what that was, else 1.
 * Throws a `UsageError` for a caller that there isn't.
 */
export function resultPicks(result: LoadedResult, options: PickOptions): readonly Peak[] {
  const { caller = callerNames[0]!, numPeaks, minScore, maxScore } = options;
  if (!Object.hasOwn(callers, caller))
    throw new UsageError(`--caller: "${caller}", expected one of ${callerNames.join(", ")}`);
  const template = result.provenance?.options.templateShape;
  const extents = Array.isArray(template)
    ? template.filter((length: unknown) => typeof length === "number" && length > 1)
    : [];
  const minDistance = options.minDistance ?? (extents.length > 0 ? Math.floor(Math.min(...extents) / 2) : 1);
  const found = new callers[caller as keyof typeof callers]({
    shape: result.scores.shape,
    numPeaks,
    minDistance,
    ...(minScore === undefined ? {} : { minScore }),
    ...(maxScore === undefined ? {} : { maxScore }),
  });
  const { scores, rotations, rotationMapping } = result;
  return found.result(found.update(found.initState(), { scores, rotations, rotationMapping }));
}
