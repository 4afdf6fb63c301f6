export type {
  Analyzer,
  AnalyzerInput,
  AnalyzerModule,
  AnalyzerResults,
  RotationScores,
} from "./analyzer.js";
export { type FileBackedStorage, fileBackedStorage } from "./file-backed-storage.js";
export { type MatchOptions, match } from "./match.js";
export type { MatchResult, Progress } from "./match-result.js";
export type { RotationStepper } from "./rotation-stepper.js";
export { INTERPOLATIONS, type Interpolation, SCORES, type Score } from "./scores.js";
export { scramblePhases } from "./scramble-phases.js";
export { Search } from "./search.js";
export type { SearchPlan } from "./search-plan.js";
export type { SearchSummary } from "./search-summary.js";
export { type StepInputs, stepThrough } from "./step-through.js";
