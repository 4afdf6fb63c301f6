import { type AnalyzerResult, ndarray, sizeOf } from "@rotoscope/core";
import type { ResultFile } from "./reader.js";

/** All slabs of a file, joined. */
export async function readMaps({ header, slabCount, readSlab }: ResultFile): Promise<LoadedMaps> {
  const { shape } = header;
  const scores = new Float32Array(sizeOf(shape));
  const rotations = new Int32Array(scores.length);
  const rowsPerPlane = sizeOf(shape.slice(1));
  let background: Float32Array | null = null;
  for (let index = 0; index < slabCount; index++) {
    const slab = await readSlab(index);
    scores.set(slab.scores, slab.start * rowsPerPlane);
    rotations.set(slab.rotations, slab.start * rowsPerPlane);
    if (!slab.background) continue;
    background ??= new Float32Array(scores.length);
    background.set(slab.background, slab.start * rowsPerPlane);
  }
  return { scores: ndarray(scores, shape), rotations: ndarray(rotations, shape), background };
}

interface LoadedMaps extends Pick<AnalyzerResult, "scores" | "rotations"> {
  /** Of a state; null where it has none. */
  readonly background: Float32Array | null;
}
