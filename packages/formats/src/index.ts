export { matrixFromRelionAngles, relionAngles } from "./euler.js";
export { type FileSource, openFile } from "./file-source.node.js";
export * from "./mrc.js";
export { type OpenVolume, openVolume, readVolume, readVolumeHeader, writeVolume } from "./mrc.node.js";
export { readNpy } from "./npy.js";
export { readNpyFile } from "./npy.node.js";
export type { PeerResult, PickList } from "./peer-result.js";
export { readPytme, readPytmePeaks } from "./pytme.node.js";
export { type StarOptions, writeStar } from "./star.js";
