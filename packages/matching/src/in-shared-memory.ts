import { inPieces, inTurns } from "./in-turns.js";

/** The same values in memory that threads share. Others have their turn meanwhile. */
export async function inSharedMemory(values: Float32Array): Promise<Float32Array> {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  await inTurns(inPieces(values.length, (from, to) => copy.set(values.subarray(from, to), from)));
  return copy;
}
