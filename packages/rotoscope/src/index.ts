export { type LoadedResult, type ResultDetails, toTable, writeArrow } from "@rotoscope/arrow";
export {
  type AnalyzerResult,
  type ArrayLikeNd,
  type ErrorCode,
  findPeaks,
  type History,
  type MaxScoreOptions,
  MaxScoreOverRotations,
  type MaxScoreState,
  type NdArray,
  ndarray,
  type Peak,
  PeakCallerMaximumFilter,
  type PeakCallerOptions,
  type PeakState,
  type RotationSetOptions,
  RotoscopeError,
  resultAt,
  rotate,
  rotationSet,
  type ScoreUpdate,
  sphereMask,
  type Volume,
} from "@rotoscope/core";
export { matrixFromRelionAngles, relionAngles, writeVolume } from "@rotoscope/formats";
export type { MatchOptions, MatchResult, Progress, Search } from "@rotoscope/matching";
export { htmlPage, type ShowOptions, show } from "@rotoscope/widgets";
export { match, readArrow, readVolume } from "./notebook.js";
export { writePicks } from "./write-picks.js";
