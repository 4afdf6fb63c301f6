export { matrixFromRelionAngles, relionAngles } from "./euler.js";
export { readMrc, writeMrc } from "./mrc.js";
export { readVolume, writeVolume } from "./mrc.node.js";
export { readNpy } from "./npy.js";
export { readNpyFile } from "./npy.node.js";
export { type StarOptions, writeStar } from "./star.js";
