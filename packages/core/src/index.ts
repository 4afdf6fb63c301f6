export { atomicFile, type FileStorage, type StoredFile } from "./atomic-file.js";
export { type ByteSource, bytesSource, readChecked } from "./byte-source.js";
export { type ErrorCode, RotoscopeError } from "./errors.js";
export { addExactly, addSums, exactSum, sumValue } from "./exact-sum.js";
export { filterPoints } from "./filter-points.js";
export { type History, type HistoryStep, historyBytes, historyOf, joinImprovements, joinSteps } from "./history.js";
export {
  HistoryCursor,
  type HistoryState,
  prepareReplay,
  type ReplayableHistory,
  replayable,
  resultAt,
} from "./history-cursor.js";
export type { Improving } from "./improved-voxels.js";
export { ImprovementLog, type LoggedImprovements } from "./improvement-log.js";
export { type Kernels, plainKernels } from "./kernels.js";
export { matrixKey } from "./matrix-key.js";
export { type MaxScoreOptions, MaxScoreOverRotations, type ScoreUpdate } from "./max-score-over-rotations.js";
export { type ConstrainedOptions, MaxScoreOverRotationsConstrained } from "./max-score-over-rotations-constrained.js";
export { MaxScoreOverTranslations, type TranslationOptions } from "./max-score-over-translations.js";
export type { MaxScoreState } from "./max-score-state.js";
export type { MergeOptions } from "./merge-max-scores.js";
export { type NdArray, ndarray, sizeOf, stridesOf } from "./ndarray.js";
export type { ArrayLikeNd, NestedNumbers } from "./nested-array.js";
export { oversamplePeaks } from "./oversample-peaks.js";
export { atOnce, type Pausable } from "./pausable.js";
export { PeakCaller, type PeakState, type PeakUpdate } from "./peak-caller.js";
export { PeakCallerFast } from "./peak-caller-fast.js";
export { findPeaks, PeakCallerMaximumFilter } from "./peak-caller-maximum-filter.js";
export { PeakCallerRecursiveMasking, type RecursiveMaskingOptions } from "./peak-caller-recursive-masking.js";
export { PeakCallerScipy } from "./peak-caller-scipy.js";
export { PeakCallerSort } from "./peak-caller-sort.js";
export type { PeakCallerOptions } from "./peak-options.js";
export type { PostProcessing } from "./post-process.js";
export { type AnalyzerResult, analyzerResult, type Peak, type ResultFields, type ResultTuple } from "./result.js";
export { type Matrix3, rotate, spatialMatrix } from "./rotate.js";
export type { ConeOptions } from "./rotation-cone.js";
export type { RotationNumbers, RotationUpdate } from "./rotation-numbers.js";
export { type RotationSet, type RotationSetOptions, rotationSet } from "./rotation-set.js";
export { cartToScore, type MappedPositions, type ScoreSpace, scoreToCart } from "./score-space.js";
export { sphereMask } from "./sphere-mask.js";
export {
  type CutoffOptions,
  falsePositiveCutoff,
  meanScore,
  noiseCutoff,
  type ScoreHistogram,
  scoreDeviation,
  scoreHistogram,
} from "./statistics.js";
export { type MapStorage, StoredArray, type StoredBytes } from "./stored-array.js";
export type { Volume } from "./volume.js";
export { type VoxelCourse, voxelCourse } from "./voxel-course.js";
