export type { KeptChoice } from "./file-picks.js";
export { type FileTransport, type FileTransportOptions, fileTransport } from "./file-transport.js";
export { type FindBeside, openFile } from "./open-file.js";
export type { FetchRange } from "./range-source.js";
export type { SlicedFile } from "./sliced-file.js";
