import * as files from "node:fs/promises";
import { basename, extname } from "node:path";
import { writePeaks } from "@rotoscope/arrow";
import { type AnalyzerResult, atomicFile, type Peak, RotoscopeError } from "@rotoscope/core";
import { writeStar } from "@rotoscope/formats";

/** What picks are written with: the result that they were found in. */
export interface PickedResult extends Pick<AnalyzerResult, "scores" | "rotationMapping"> {
  readonly voxelSizeAngstrom: readonly number[];
}

/**
 * Writes picks as a RELION 5 STAR file (`.star`) or an Arrow file (`.arrow`), by the ending of `path`.
 *
 * `tomogramName` is rlnTomoName; the default is the file's name without its ending. Throws a `RotoscopeError`: `argument` for another ending or a pick without
 * a rotation, `file` when it can't be written.
 */
export async function writePicks(
  path: string,
  picks: readonly Peak[],
  result: PickedResult,
  options: { readonly tomogramName?: string } = {},
): Promise<void> {
  const { rotationMapping, voxelSizeAngstrom } = result;
  const ending = extname(path);
  if (ending === ".arrow") return writePeaks(path, picks, { ...result, shape: result.scores.shape });
  if (ending !== ".star")
    throw new RotoscopeError("argument", `${path}: ends in "${ending}", expected .star or .arrow`);
  const tomogramName = options.tomogramName ?? basename(path, ending);
  const star = writeStar(picks, { rotationMapping, voxelSizeAngstrom, shape: result.scores.shape, tomogramName });
  await atomicFile(files, path, (file) => file.writeFile(star));
}
