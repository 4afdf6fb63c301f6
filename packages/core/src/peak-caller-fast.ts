import { PeakCaller } from "./peak-caller.js";
import type { PeakMap } from "./peak-planes.js";

/** Divides the map into cells of about minDistance and proposes each cell's maximum where it is also the maximum of [p - d, p + d) along each axis. */
export class PeakCallerFast extends PeakCaller {
  protected propose({ scores, shape }: PeakMap): Int32Array {
    return this.kernels.proposeCellMaxima(scores, shape, Math.max(1, Math.floor(this.options.minDistance)));
  }
}
