import { basename, extname } from "node:path";
import { writePeaks } from "@rotoscope/arrow";
import { type AnalyzerResult, type Peak, RotoscopeError } from "@rotoscope/core";
import { type PickFormat, writePickFile } from "@rotoscope/formats";

/** What picks are written with: the result that they were found in. */
export interface PickedResult extends Pick<AnalyzerResult, "scores" | "rotationMapping"> {
  readonly voxelSizeAngstrom: readonly number[];
}

/** How picks are written. */
export interface WritePicksOptions {
  /** rlnTomoName; default: the file's name without its ending. */
  readonly tomogramName?: string;
  /** The layout of a .star file: relion5 (default), relion4 or stopgap. */
  readonly format?: PickFormat;
  /** tomo_num of a STOPGAP motive list; default 1. */
  readonly tomogramNumber?: number;
}

/**
 * Writes picks as a RELION 5, RELION 4 or STOPGAP STAR file (`.star`), a table as pyTME's (`.tsv`) or an Arrow file (`.arrow`), by the ending of `path`.
 *
 * Throws a `RotoscopeError`: `argument` for another ending or a pick without a rotation, `file` when it can't be written.
 */
export async function writePicks(
  path: string,
  picks: readonly Peak[],
  result: PickedResult,
  options: WritePicksOptions = {},
): Promise<void> {
  const { rotationMapping, voxelSizeAngstrom } = result;
  const { shape } = result.scores;
  const ending = extname(path);
  if (ending === ".arrow") return writePeaks(path, picks, { ...result, shape });
  if (ending !== ".star" && ending !== ".tsv")
    throw new RotoscopeError("argument", `${path}: ends in "${ending}", expected .star, .tsv or .arrow`);
  const tomogramName = options.tomogramName ?? basename(path, ending);
  await writePickFile(path, { picks, rotationMapping }, { ...options, shape, voxelSizeAngstrom, tomogramName });
}
