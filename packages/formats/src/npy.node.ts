import { basename } from "node:path";
import type { NdArray } from "@rotoscope/core";
import { readNpy } from "./npy.js";
import { readBytes } from "./read-bytes.node.js";

/** Reads a NumPy .npy file: see `readNpy`. Throws a `RotoscopeError` that names the file. */
export async function readNpyFile(path: string): Promise<NdArray<Float32Array | Float64Array>> {
  return readNpy(await readBytes(path), basename(path));
}
