import { openResult, type ResultHeader } from "@rotoscope/arrow/reader";
import type { RangeSource } from "./range-source.js";
import type { PlaneMaps, ResultFacts, Shape3, SlicedFile } from "./sliced-file.js";

/** Opens the first of some files that is there, in the folder of another; rejects with a sentence when none is. */
export type OpenBeside = (names: readonly string[]) => Promise<RangeSource>;

/** Whether a file's first bytes are those of an Arrow IPC file. */
export function isArrow(start: Uint8Array): boolean {
  return String.fromCharCode(...start.subarray(0, 6)) === "ARROW1";
}

/** A result file to look at, a record batch per plane; a 2-D one is a single plane. `openBeside` opens its history. Rejects for one with a single axis. */
export async function resultSlices(source: RangeSource, openBeside: OpenBeside | null): Promise<SlicedFile> {
  const file = await openResult(source).catch((error: Error) => {
    const result = source.name.replace(/\.history\.arrow$/i, ".arrow");
    throw result === source.name ? error : new Error(`${source.name} is the history of a result: open ${result}.`);
  });
  const { header, slabCount } = file;
  const { shape, voxelSizeAngstrom } = header;
  if (shape.length < 2) throw new Error(`${source.name}: a result with ${shape.length} axis can't be shown.`);
  const isImage = shape.length === 2;

  async function readImage(): Promise<PlaneMaps> {
    const scores = new Float32Array(shape[0]! * shape[1]!);
    const rotations = new Int32Array(scores.length);
    for (let index = 0; index < slabCount; index++) {
      const slab = await file.readSlab(index);
      scores.set(slab.scores, slab.start * shape[1]!);
      rotations.set(slab.rotations, slab.start * shape[1]!);
    }
    return { scores, rotations };
  }

  return {
    name: source.name,
    shape: [1, ...shape].slice(-3) as unknown as Shape3,
    voxelSizeAngstrom: [0, ...voxelSizeAngstrom].slice(-3) as unknown as Shape3,
    maps: ["scores", "rotations"],
    result: factsOf(header, file.rotationMapping, source.name, openBeside),
    readPlane: isImage ? readImage : (z) => file.readSlab(z).then(({ scores, rotations }) => ({ scores, rotations })),
    readRow: null,
    holdWhole: source.holdWhole,
  };
}

function factsOf(
  header: ResultHeader,
  rotationMapping: ReadonlyMap<number, Float32Array>,
  name: string,
  openBeside: OpenBeside | null,
): ResultFacts {
  const { history } = header;
  const matrices = new Float32Array(header.rotationCount * 9);
  for (const [index, matrix] of rotationMapping) matrices.set(spatial(matrix), index * 9);
  const { templateShape } = header.provenance?.options ?? {};
  const extents = (Array.isArray(templateShape) ? templateShape : []).filter((length) => Number(length) > 1);
  return {
    rotationCount: header.rotationCount,
    matrices,
    scoreThreshold: Number.isFinite(header.scoreThreshold) ? header.scoreThreshold : 0,
    meanSquare: header.meanSquare,
    history:
      history && openBeside
        ? { ...history, open: () => openBeside([history.file, name.replace(/(\.arrow)?$/i, ".history.arrow")]) }
        : null,
    fileShape: header.shape,
    pickDistance: extents.length > 0 ? Math.max(1, Math.floor(Math.min(...extents) / 2)) : 1,
  };
}

/** A 2 x 2 matrix with z fixed. */
function spatial(matrix: Float32Array): ArrayLike<number> {
  if (matrix.length === 9) return matrix;
  const [a, b, c, d] = matrix as unknown as [number, number, number, number];
  return [1, 0, 0, 0, a, b, 0, c, d];
}
