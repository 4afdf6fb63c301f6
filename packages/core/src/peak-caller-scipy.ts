import { PeakCaller } from "./peak-caller.js";
import type { PeakMap } from "./peak-planes.js";

/** Proposes what scikit-image's `peak_local_max` finds, a border of minDistance excluded. */
export class PeakCallerScipy extends PeakCaller {
  protected propose({ scores, shape }: PeakMap): Int32Array {
    const { minDistance, numPeaks } = this.options;
    return this.kernels.proposeLocalMaxima(scores, shape, Math.floor(minDistance), numPeaks);
  }
}
