import { type Kernels, plainKernels } from "@rotoscope/core";
import { at, BLOCK, workspace } from "./memories.js";

/** The plain `proposeMasking`, which starts from compiled maxima of the rows. */
export const proposeMasking: Kernels["proposeMasking"] = (scores, shape, distance, count, lowest) =>
  plainKernels.proposeMasking(scores, shape, distance, count, lowest, rowMaxima);

function rowMaxima(scores: Float32Array, rowLength: number): Float32Array {
  const maxima = new Float32Array(scores.length / rowLength);
  const rowsAtOnce = Math.max(1, Math.floor(BLOCK / rowLength));
  const rowsAt = at.free + 4 * rowsAtOnce * rowLength;
  const { exports, memory } = workspace(rowsAt - at.free + 4 * rowsAtOnce);
  for (let row = 0; row < maxima.length; row += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, maxima.length - row);
    const block = scores.subarray(row * rowLength, (row + rows) * rowLength);
    new Float32Array(memory.buffer, at.free, block.length).set(block);
    exports.highestOfRows(at.free, rows, rowLength, rowsAt);
    maxima.set(new Float32Array(memory.buffer, rowsAt, rows), row);
  }
  return maxima;
}
