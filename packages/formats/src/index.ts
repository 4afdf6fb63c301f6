export { readMrc, writeMrc } from "./mrc.js";
export { readVolume, writeVolume } from "./mrc.node.js";
