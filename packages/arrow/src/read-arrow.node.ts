import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AnalyzerResult, analyzerResult, ndarray, sizeOf } from "@rotoscope/core";
import { withFile } from "./file-source.node.js";
import { openResult } from "./reader.js";
import type { ResultDetails } from "./write-arrow.node.js";

/** A result as it was written, with what its file says about it. */
export interface LoadedResult extends AnalyzerResult, ResultDetails {
  /** Sentences for the user, such as that the history is missing. */
  readonly warnings: readonly string[];
}

/**
 * Reads a result that `writeArrow` wrote, bit for bit.
 * Throws a `RotoscopeError`: `file` for a file that is damaged or not ours, `unsupported` for a later version of the layout.
 *
 * @example
 * const { scores, rotations, rotationMapping } = await readArrow("result.arrow");
 */
export function readArrow(path: string): Promise<LoadedResult> {
  return withFile(path, async (source) => {
    const { header, rotationMapping, slabCount, readSlab } = await openResult(source);
    const { shape, offset, meanSquare, voxelSizeAngstrom, scoreThreshold, provenance, history } = header;
    const scores = new Float32Array(sizeOf(shape));
    const rotations = new Int32Array(scores.length);
    const rowsPerPlane = sizeOf(shape.slice(1));
    for (let index = 0; index < slabCount; index++) {
      const slab = await readSlab(index);
      scores.set(slab.scores, slab.start * rowsPerPlane);
      rotations.set(slab.rotations, slab.start * rowsPerPlane);
    }
    const warnings: string[] = [];
    if (history && !(await exists(join(dirname(path), history.file))))
      warnings.push(`The history ${history.file} isn't beside ${source.name}: only the final step can be shown.`);
    return analyzerResult({
      scores: ndarray(scores, shape),
      offset,
      rotations: ndarray(rotations, shape),
      rotationMapping,
      meanSquare,
      voxelSizeAngstrom,
      scoreThreshold,
      provenance,
      history,
      warnings,
    });
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
