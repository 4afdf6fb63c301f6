import { PeakCaller } from "./peak-caller.js";
import type { PeakMap } from "./peak-planes.js";

/** Proposes the `numPeaks` highest voxels. */
export class PeakCallerSort extends PeakCaller {
  protected propose({ scores }: PeakMap): Int32Array {
    return this.kernels.proposeHighest(scores, this.options.numPeaks);
  }
}
