import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type NdArray, ndarray, type Volume } from "@rotoscope/core";

const folder = fileURLToPath(new URL("references/", import.meta.url));
const shapes = JSON.parse(readFileSync(`${folder}shapes.json`, "utf8")) as Record<string, [string, ...number[]]>;

/** One of the float32 arrays that `references/generate.py` wrote. */
export function referenceFloats(name: string): NdArray<Float32Array> {
  return ndarray(new Float32Array(bytesOf(name)), shapes[name]!.slice(1) as number[]);
}

/** One of its int32 arrays. */
export function referenceIntegers(name: string): NdArray<Int32Array> {
  return ndarray(new Int32Array(bytesOf(name)), shapes[name]!.slice(1) as number[]);
}

/** An array as a volume of the microtubule's voxel size. */
export function volumeOf(array: NdArray<Float32Array>): Volume {
  return { ...array, voxelSizeAngstrom: [10.52, 10.52, 10.52], originAngstrom: [0, 0, 0] };
}

function bytesOf(name: string): ArrayBuffer {
  const bytes = readFileSync(`${folder}${name}.raw`);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
