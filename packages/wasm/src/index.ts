export { MaxScoreOverRotations, MaxScoreOverRotationsConstrained, MaxScoreOverTranslations } from "./analyzers.js";
export { clearMaps, Engine, type Improved, readBackground, readMaps } from "./engine.js";
export { type EngineScore, type EngineWork, engineBytes } from "./engine-arrangement.js";
export type { EngineAxis, EngineLayout, EngineShapes } from "./engine-layout.js";
export { cheapLength, type Factors } from "./engine-length.js";
export {
  type EngineInput,
  type EnginePlaces,
  type EngineShare,
  type EngineSpectrum,
  shareEngine,
} from "./engine-share.js";
export type { EngineState } from "./engine-state.js";
export { rootOfUnity } from "./engine-twiddles.js";
export {
  findPeaks,
  PeakCallerFast,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
} from "./peak-callers.js";
