import type { ViewPick } from "@rotoscope/arrow/messages";
import { findPeaks, ndarray } from "@rotoscope/core";
import type { ResultFacts, Shape3 } from "./sliced-file.js";
import type { WholeMaps } from "./whole-maps.js";

const MOST_CANDIDATES = 1000;

/** The highest peaks of a result, half a template apart, best first. */
export function candidatesOf({ scores, rotations }: WholeMaps, shape: Shape3, result: ResultFacts): ViewPick[] {
  if (!scores || !rotations) return [];
  const peaks = findPeaks(
    { scores: ndarray(scores, shape), rotations: ndarray(rotations, shape) },
    { numPeaks: MOST_CANDIDATES, minDistance: result.pickDistance },
  );
  return peaks
    .filter(({ score }) => score > result.scoreThreshold && Number.isFinite(score))
    .map(({ position, score, rotation }) => ({
      position: [position[0]!, position[1]!, position[2]!],
      score,
      rotation,
    }));
}
