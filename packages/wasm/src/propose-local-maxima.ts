import { type Kernels, plainKernels } from "@rotoscope/core";
import { at, BLOCK, workspace } from "./memories.js";
import { proposeWindowMaxima } from "./window-maxima.js";

/** The plain `proposeLocalMaxima`, with compiled window maxima and threshold. */
export const proposeLocalMaxima: Kernels["proposeLocalMaxima"] = (
  scores,
  shape,
  distance,
  count,
  threshold = lowestOf(scores),
) => plainKernels.proposeLocalMaxima(scores, shape, distance, count, threshold, proposeWindowMaxima);

function lowestOf(scores: Float32Array): number {
  const { exports, memory } = workspace();
  const block = new Float32Array(memory.buffer, at.scores, BLOCK);
  let lowest = Number.POSITIVE_INFINITY;
  for (let from = 0; from < scores.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, scores.length);
    block.set(scores.subarray(from, to));
    lowest = exports.lowestOf(at.scores, to - from, lowest);
  }
  return lowest;
}
