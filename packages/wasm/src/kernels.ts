import type { Kernels } from "@rotoscope/core";
import { allocate } from "./memories.js";
import { mergeMaxima } from "./merge-maxima.js";
import { proposeCellMaxima } from "./propose-cell-maxima.js";
import { proposeHighest } from "./propose-highest.js";
import { proposeLocalMaxima } from "./propose-local-maxima.js";
import { proposeMasking } from "./propose-masking.js";
import { sumOfSquares, updateMaxima } from "./update-maxima.js";
import { proposeWindowMaxima, windowMaximum } from "./window-maxima.js";

/** The kernels in WebAssembly: the same bits as the plain ones. */
export const compiledKernels: Kernels = {
  allocate,
  updateMaxima,
  sumOfSquares,
  mergeMaxima,
  windowMaximum,
  proposeHighest,
  proposeWindowMaxima,
  proposeCellMaxima,
  proposeMasking,
  proposeLocalMaxima,
};
