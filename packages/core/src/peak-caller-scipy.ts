import { PeakCaller } from "./peak-caller.js";
import type { PeakMap } from "./peak-planes.js";

/**
 * Proposes what scikit-image's `peak_local_max` finds, a border of minDistance excluded: the `numPeaks` best; with `minScore` all, as in pyTME, so that those in
 * [minScore, maxScore] are found below others.
 */
export class PeakCallerScipy extends PeakCaller {
  protected propose({ scores, shape }: PeakMap): Int32Array {
    const { minDistance, minScore, numPeaks } = this.options;
    const count = minScore > Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : numPeaks;
    return this.kernels.proposeLocalMaxima(scores, shape, Math.floor(minDistance), count);
  }
}
