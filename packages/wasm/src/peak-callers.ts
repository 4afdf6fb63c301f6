import {
  type AnalyzerResult,
  type Peak,
  type PeakCallerOptions,
  PeakCallerFast as PlainFast,
  PeakCallerMaximumFilter as PlainMaximumFilter,
  PeakCallerRecursiveMasking as PlainRecursiveMasking,
  PeakCallerScipy as PlainScipy,
  PeakCallerSort as PlainSort,
  type RecursiveMaskingOptions,
} from "@rotoscope/core";
import { compiledKernels } from "./kernels.js";

/** `PeakCallerSort` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerSort extends PlainSort {
  constructor(options: PeakCallerOptions) {
    super(options, compiledKernels);
  }
}

/** `PeakCallerMaximumFilter` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerMaximumFilter extends PlainMaximumFilter {
  constructor(options: PeakCallerOptions) {
    super(options, compiledKernels);
  }
}

/** `PeakCallerFast` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerFast extends PlainFast {
  constructor(options: PeakCallerOptions) {
    super(options, compiledKernels);
  }
}

/** `PeakCallerRecursiveMasking` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerRecursiveMasking extends PlainRecursiveMasking {
  constructor(options: RecursiveMaskingOptions) {
    super(options, compiledKernels);
  }
}

/** `PeakCallerScipy` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerScipy extends PlainScipy {
  constructor(options: PeakCallerOptions) {
    super(options, compiledKernels);
  }
}

/** The peaks of a finished result, best first: `PeakCallerMaximumFilter` on its maps. */
export function findPeaks(
  result: Pick<AnalyzerResult, "scores" | "rotations">,
  options: Omit<PeakCallerOptions, "shape"> = {},
): readonly Peak[] {
  const caller = new PeakCallerMaximumFilter({ ...options, shape: result.scores.shape });
  const { scores, rotations } = result;
  return caller.result(caller.update(caller.initState(), { scores, rotations }));
}
