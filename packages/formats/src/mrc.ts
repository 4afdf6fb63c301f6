export { type ByteSource, bytesSource } from "@rotoscope/core";
export { type MrcFile, openMrc } from "./mrc-file.js";
export type { MrcHeader } from "./mrc-header.js";
export { readMrc } from "./read-mrc.js";
export { type MrcOptions, writeMrc } from "./write-mrc.js";
