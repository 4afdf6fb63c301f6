export { MaxScoreOverRotations, MaxScoreOverRotationsConstrained, MaxScoreOverTranslations } from "./analyzers.js";
export { clearMaps, Engine, type Improved, readMaps } from "./engine.js";
export type { EngineAxis, EngineLayout, EngineShapes } from "./engine-layout.js";
export { cheapLength, type Factors } from "./engine-length.js";
export { type EngineInput, type EnginePlaces, type EngineShare, engineBytes, shareEngine } from "./engine-share.js";
export {
  findPeaks,
  PeakCallerFast,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
} from "./peak-callers.js";
