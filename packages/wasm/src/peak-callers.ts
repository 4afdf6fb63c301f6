import {
  type AnalyzerResult,
  type Peak,
  PeakCaller,
  type PeakCallerOptions,
  PeakCallerFast as PlainFast,
  PeakCallerMaximumFilter as PlainMaximumFilter,
  PeakCallerRecursiveMasking as PlainRecursiveMasking,
  PeakCallerScipy as PlainScipy,
  PeakCallerSort as PlainSort,
  type RecursiveMaskingOptions,
} from "@rotoscope/core";
import { compiledKernels } from "./kernels.js";

type PeakLists = readonly (readonly Peak[] | null | undefined)[];

const merge = (results: PeakLists, options: PeakCallerOptions): readonly Peak[] =>
  PeakCaller.merge(results, options, compiledKernels);

/** `PeakCallerSort` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerSort extends PlainSort {
  static override readonly merge: typeof merge = merge;

  constructor(options: PeakCallerOptions) {
    super(options, compiledKernels);
  }
}

/** `PeakCallerMaximumFilter` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerMaximumFilter extends PlainMaximumFilter {
  static override readonly merge: typeof merge = merge;

  constructor(options: PeakCallerOptions) {
    super(options, compiledKernels);
  }
}

/** `PeakCallerFast` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerFast extends PlainFast {
  static override readonly merge: typeof merge = merge;

  constructor(options: PeakCallerOptions) {
    super(options, compiledKernels);
  }
}

/** `PeakCallerRecursiveMasking` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerRecursiveMasking extends PlainRecursiveMasking {
  static override readonly merge: typeof merge = merge;

  constructor(options: RecursiveMaskingOptions) {
    super(options, compiledKernels);
  }
}

/** `PeakCallerScipy` of @rotoscope/core with compiled loops: the same peaks. */
export class PeakCallerScipy extends PlainScipy {
  static override readonly merge: typeof merge = merge;

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
