import type { LoadedResult } from "@rotoscope/arrow";
import type { Peak } from "@rotoscope/core";
import { findPeaks } from "@rotoscope/wasm";

/** What the commands let a user choose about picks. */
export interface PickOptions {
  readonly numPeaks: number;
  readonly minDistance: number | undefined;
  readonly minScore: number | undefined;
}

/** The picks of a result; the default distance is half the template's smallest extent, where the file says what that was, else 1. */
export function resultPicks(result: LoadedResult, { numPeaks, minDistance, minScore }: PickOptions): readonly Peak[] {
  const template = result.provenance?.options.templateShape;
  const extents = Array.isArray(template)
    ? template.filter((length: unknown) => typeof length === "number" && length > 1)
    : [];
  const distance = minDistance ?? (extents.length > 0 ? Math.floor(Math.min(...extents) / 2) : 1);
  return findPeaks(result, { numPeaks, minDistance: distance, ...(minScore === undefined ? {} : { minScore }) });
}
