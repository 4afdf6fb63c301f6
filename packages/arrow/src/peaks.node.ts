import type { Peak } from "@rotoscope/core";
import { writeIpcFile } from "./ipc-writer.node.js";
import { type PeaksDetails, peaksBatch } from "./peaks-batch.js";

/**
 * Writes peaks as an Arrow IPC file (docs/format.md): columns z, y, x, score, rotation and matrix, a 3 x 3 tensor per peak for pyarrow.
 * Throws a `RotoscopeError` (`argument`) for a peak whose rotation has no matrix.
 *
 * @example
 * await writePeaks("peaks.arrow", peaks, { ...result, shape: result.scores.shape });
 */
export async function writePeaks(path: string, peaks: readonly Peak[], details: PeaksDetails): Promise<void> {
  const { fields, metadata, batch } = peaksBatch(peaks, details);
  await writeIpcFile(path, fields, metadata, [batch]);
}
