export * from "./errors.js";
export * from "./ndarray.js";
export * from "./result.js";
export * from "./volume.js";
