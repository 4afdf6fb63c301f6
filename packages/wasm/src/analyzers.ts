import {
  type AnalyzerResult,
  type ConstrainedOptions,
  type MaxScoreOptions,
  type MergeOptions,
  MaxScoreOverRotations as PlainMaxScoreOverRotations,
  MaxScoreOverRotationsConstrained as PlainMaxScoreOverRotationsConstrained,
  MaxScoreOverTranslations as PlainMaxScoreOverTranslations,
  type TranslationOptions,
} from "@rotoscope/core";
import { compiledKernels } from "./kernels.js";

type Results = readonly (AnalyzerResult | null | undefined)[];

/** `MaxScoreOverRotations` of @rotoscope/core with compiled loops: the same results to the bit. */
export class MaxScoreOverRotations extends PlainMaxScoreOverRotations {
  constructor(options: MaxScoreOptions) {
    super(options, compiledKernels);
  }

  /** As the plain class's `merge`. */
  static override merge(results: Results, options: MergeOptions = {}): AnalyzerResult | null {
    return PlainMaxScoreOverRotations.merge(results, options, compiledKernels);
  }
}

/** `MaxScoreOverRotationsConstrained` of @rotoscope/core with compiled loops: the same results to the bit. */
export class MaxScoreOverRotationsConstrained extends PlainMaxScoreOverRotationsConstrained {
  constructor(options: ConstrainedOptions) {
    super(options, compiledKernels);
  }

  /** As the plain class's `merge`. */
  static override merge(results: Results, options: MergeOptions = {}): AnalyzerResult | null {
    return PlainMaxScoreOverRotationsConstrained.merge(results, options, compiledKernels);
  }
}

/** `MaxScoreOverTranslations` of @rotoscope/core with compiled loops: the same results to the bit. */
export class MaxScoreOverTranslations extends PlainMaxScoreOverTranslations {
  constructor(options: TranslationOptions) {
    super(options, compiledKernels);
  }

  /** As the plain class's `merge`. */
  static override merge(
    ...[results, options]: Parameters<typeof PlainMaxScoreOverTranslations.merge>
  ): ReturnType<typeof PlainMaxScoreOverTranslations.merge> {
    return PlainMaxScoreOverTranslations.merge(results, options, compiledKernels);
  }
}
