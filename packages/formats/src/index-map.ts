import { type AnalyzerResult, analyzerResult, ndarray, RotoscopeError, type Volume } from "@rotoscope/core";

/** Two maps of another program: the best scores, and for each voxel which rotation of a list gave it. */
export interface IndexedMaps {
  readonly scores: Volume;
  readonly angles: Volume;
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Index of the first rotation. */
  readonly firstIndex: number;
  /** Stand in the messages of errors. */
  readonly scoresName: string;
  readonly anglesName: string;
  readonly listName: string;
}

/**
 * A result of two such maps. Negative indices are -1 for none. Throws a `RotoscopeError` (`file`) when the maps have different shapes, or for an index that isn't whole or not in the list.
 */
export function indexedResult(maps: IndexedMaps): AnalyzerResult {
  const { scores, angles, rotationMapping, firstIndex, anglesName } = maps;
  if (scores.shape.join() !== angles.shape.join() || scores.shape.length !== 3)
    throw new RotoscopeError(
      "file",
      `${maps.scoresName} has shape (${scores.shape.join(", ")}), ${anglesName} (${angles.shape.join(", ")})`,
    );
  const count = rotationMapping.size;
  const rotations = new Int32Array(angles.data.length);
  for (let voxel = 0; voxel < rotations.length; voxel++) {
    const index = angles.data[voxel]! - firstIndex;
    if (Number.isInteger(index) && index < count) rotations[voxel] = index < 0 ? -1 : index;
    else
      throw new RotoscopeError(
        "file",
        `${anglesName}: rotation ${angles.data[voxel]} at voxel ${voxel}, ${maps.listName} has ${count}, counted from ${firstIndex}`,
      );
  }
  return analyzerResult({
    scores: ndarray(scores.data, scores.shape),
    offset: [0, 0, 0],
    rotations: ndarray(rotations, scores.shape),
    rotationMapping,
    meanSquare: Number.NaN,
  });
}
