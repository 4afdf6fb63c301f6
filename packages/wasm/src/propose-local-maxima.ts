import { type Kernels, plainKernels } from "@rotoscope/core";
import { proposeWindowMaxima } from "./window-maxima.js";

/** The plain `proposeLocalMaxima`, with compiled window maxima. */
export const proposeLocalMaxima: Kernels["proposeLocalMaxima"] = (scores, shape, distance, count) =>
  plainKernels.proposeLocalMaxima(scores, shape, distance, count, proposeWindowMaxima);
