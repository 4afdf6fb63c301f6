export { picksFromDelimited, writeTsv } from "./delimited.js";
export { readEm } from "./em.js";
export { matrixFromRelionAngles, matrixFromZxzAngles, relionAngles, zxzAngles } from "./euler.js";
export { type FileSource, openFile } from "./file-source.node.js";
export { writeMotiveList } from "./motive-list.js";
export * from "./mrc.js";
export {
  type OpenVolume,
  openVolume,
  readVolume,
  readVolumeHeader,
  type VolumeReadOptions,
  type VolumeWriteOptions,
  writeVolume,
} from "./mrc.node.js";
export { readNpy } from "./npy.js";
export { readNpyFile } from "./npy.node.js";
export type { PeerResult, PickList } from "./peer-result.js";
export { type FileKind, fileKind, readPeerResult } from "./peers.node.js";
export {
  type PickFormat,
  type PickWriteOptions,
  readPickFile,
  readStarFile,
  writeNpyFile,
  writePickFile,
} from "./picks.node.js";
export { type PickReadOptions, picksFromStar } from "./picks-from-star.js";
export { readPytme, readPytmePeaks, readPytmeRun } from "./pytme.node.js";
export { readPytom } from "./pytom.node.js";
export { type PytomAngles, pytomAngleSet, pytomMatrices } from "./pytom-angles.js";
export type { OnBytes } from "./read-bytes.node.js";
export { type RotationReadOptions, readRotationFile } from "./rotations.node.js";
export { type StarOptions, writeStar } from "./star.js";
export { readStar, type StarBlock } from "./star-file.js";
export type { StarColumn } from "./star-rows.js";
export { readStopgap, type StopgapOptions } from "./stopgap.node.js";
export type { WritablePicks } from "./writable-picks.js";
