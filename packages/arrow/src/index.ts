export * from "./messages.js";
export type { Provenance, ProvenanceInput } from "./provenance.js";
export { type LoadedResult, readArrow } from "./read-arrow.node.js";
export {
  type ByteSource,
  bytesSource,
  type HistoryReference,
  openResult,
  type ResultFile,
  type ResultHeader,
  type ResultSlab,
} from "./reader.js";
export { type ResultDetails, writeArrow } from "./write-arrow.node.js";
