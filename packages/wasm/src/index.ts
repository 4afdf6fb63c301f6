export { MaxScoreOverRotations, MaxScoreOverRotationsConstrained, MaxScoreOverTranslations } from "./analyzers.js";
export { clearMaps, Engine, gatherBackground, gatherMaps, type Improved, MAXIMA, readMaps } from "./engine.js";
export type { EngineScore, EngineWork } from "./engine-arrangement.js";
export { type DeviationWindow, deviationBytes, type LocalVariances, localVariances } from "./engine-deviation.js";
export type { GridImage, ImageRows } from "./engine-image.js";
export { cheapGrid, type EngineAxis, type EngineLayout, type EngineShapes } from "./engine-layout.js";
export type { Factors } from "./engine-length.js";
export { type EngineRoom, engineBytes, engineIdentity, engineRoom, scratchBytes } from "./engine-room.js";
export { type EngineInput, type EnginePlaces, type EngineShare, shareEngine } from "./engine-share.js";
export type { EngineState, MapPlace } from "./engine-state.js";
export { rootOfUnity } from "./engine-twiddles.js";
export {
  findPeaks,
  PeakCallerFast,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
} from "./peak-callers.js";
