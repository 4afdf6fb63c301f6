import type { ViewPick } from "@rotoscope/arrow/messages";
import { findPeaks, ndarray } from "@rotoscope/core";
import type { PlaneMaps, ResultFacts, Shape3 } from "./sliced-file.js";

const MOST_CANDIDATES = 1000;

/** The highest peaks of a result of which all `planes` are held, half a template apart, best first. */
export function candidatesOf(planes: readonly PlaneMaps[], shape: Shape3, result: ResultFacts): ViewPick[] {
  const scores = new Float32Array(shape[0] * shape[1] * shape[2]);
  const rotations = new Int32Array(scores.length);
  const size = shape[1] * shape[2];
  planes.forEach((plane, z) => {
    scores.set(plane.scores!, z * size);
    rotations.set(plane.rotations!, z * size);
  });
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
