import { type CheckedPeakUpdate, PeakCaller } from "./peak-caller.js";
import type { PeakCallerOptions } from "./peak-options.js";
import type { PeakMap } from "./peak-planes.js";
import type { Peak, ResultFields } from "./result.js";

/**
 * Proposes voxels that equal the maximum of the window [p - floor(d/2), p - floor(d/2) + d) along each axis, d = minDistance.
 *
 * What lies outside the array counts as -Infinity; NaN is no peak, nor are voxels of rotation -1 or at the threshold (never better than it).
 *
 * @example
 * const caller = new PeakCallerMaximumFilter({ shape: result.scores.shape, numPeaks: 100, minDistance: 5 });
 * const peaks = caller.result(caller.update(caller.initState(), result));
 */
export class PeakCallerMaximumFilter extends PeakCaller {
  protected propose({ scores, shape }: PeakMap): Int32Array {
    return this.kernels.proposeWindowMaxima(scores, shape, Math.max(1, Math.floor(this.options.minDistance)));
  }

  protected override accepts(score: number, rotation: number | null, { scoreThreshold }: CheckedPeakUpdate): boolean {
    return rotation !== -1 && (scoreThreshold === undefined || score > scoreThreshold);
  }
}

/** The peaks of a finished result, best first: `PeakCallerMaximumFilter` on its maps. */
export function findPeaks(
  result: Pick<ResultFields, "scores" | "rotations">,
  options: Omit<PeakCallerOptions, "shape"> = {},
): readonly Peak[] {
  const caller = new PeakCallerMaximumFilter({ ...options, shape: result.scores.shape });
  const { scores, rotations } = result;
  return caller.result(caller.update(caller.initState(), { scores, rotations }));
}
