export { type FileTransport, type FileTransportOptions, fileTransport, type KeptChoice } from "./file-transport.js";
export { openFile } from "./open-file.js";
export type { FetchRange } from "./range-source.js";
export type { SlicedFile } from "./sliced-file.js";
