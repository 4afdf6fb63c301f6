export {
  type HistoryDetails,
  type HistoryReadOptions,
  historyPath,
  type LoadedHistory,
  readHistory,
  writeHistory,
  writeHistorySteps,
} from "./history.node.js";
export * from "./messages.js";
export { writePeaks } from "./peaks.node.js";
export type { PeaksDetails } from "./peaks-batch.js";
export { peaksBytes } from "./peaks-bytes.js";
export type { Provenance, ProvenanceInput } from "./provenance.js";
export { type LoadedFile, type LoadedResult, type ReadOptions, readArrow } from "./read-arrow.node.js";
export { type LoadedPeaks, readPeaks } from "./read-peaks.node.js";
export {
  type ByteSource,
  bytesSource,
  type HistoryReference,
  openResult,
  type ResultFile,
  type ResultHeader,
  type ResultSlab,
} from "./reader.js";
export type { AnalyzerStates, RangeImprovements, SearchState } from "./search-state.js";
export { type LoadedState, loadState, removeState, type Saveable, saveState, stateSaver } from "./state.node.js";
export { type ResultColumns, toTable } from "./to-table.js";
export { type ResultDetails, writeArrow } from "./write-arrow.node.js";
