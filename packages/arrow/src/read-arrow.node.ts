import { dirname, join } from "node:path";
import {
  type AnalyzerResult,
  analyzerResult,
  type History,
  ndarray,
  type ReplayableHistory,
  replayable,
  sizeOf,
} from "@rotoscope/core";
import type { ByteSource } from "./byte-source.js";
import { withFile } from "./file-source.node.js";
import { readHistory } from "./history.node.js";
import { openResult, type ResultFile } from "./reader.js";
import type { HistoryReference } from "./result-layout.js";
import { readUncheckedMaps, type UncheckedMaps } from "./unchecked-maps.js";
import type { ResultDetails } from "./write-arrow.node.js";

/** A result as it was written, with what its file says about it. */
export interface LoadedResult extends AnalyzerResult, Omit<ResultDetails, "history"> {
  /** What each rotation improved; `at(k)` is the state after step k. Null = not recorded, or not found. */
  readonly history: ReplayableHistory | null;
  /** The history file that the result names, whether it was read or not; null = none was recorded. */
  readonly historyFile: HistoryReference | null;
  /** Whether all values agreed with their checksums; false only for a file of another program, read with `tolerant`. */
  readonly checked: boolean;
  /** Sentences for the user, such as that the history is missing. */
  readonly warnings: readonly string[];
}

/** What to read. */
export interface ReadOptions {
  /** Whether to read the history beside the result, or where else it is; default true. */
  readonly history?: boolean | string;
  /** Also read files that another program, such as pyarrow, has written again: their values can't be checked, which `checked` and a warning say. Default false. */
  readonly tolerant?: boolean;
}

/**
 * Reads a result that `writeArrow` wrote, bit for bit, and its history. A history that is missing, damaged or another result's gives a warning,
 * or an error when `options.history` is a path. Throws a `RotoscopeError`: `file` for a file that is damaged or not ours, `unsupported` for a later
 * version of the layout.
 *
 * @example
 * const { scores, rotations, rotationMapping } = await readArrow("result.arrow");
 */
export function readArrow(path: string, options: ReadOptions = {}): Promise<LoadedResult> {
  return withFile(path, async (source) => {
    const { header, rotationMapping, unchecked, ...maps } = await readWhole(source, options.tolerant ?? false);
    const { offset, meanSquare, voxelSizeAngstrom, scoreThreshold, provenance } = header;
    const { history, warnings } = await findHistory(path, header.history, options.history ?? true);
    return analyzerResult({
      ...maps,
      offset,
      rotationMapping,
      meanSquare,
      voxelSizeAngstrom,
      scoreThreshold,
      provenance,
      historyFile: header.history,
      history: history && replayable(history, maps),
      checked: unchecked.length === 0,
      warnings: [...unchecked, ...warnings],
    });
  });
}

/** The maps of a result, and why they could not be checked where they could not. */
async function readWhole(
  source: ByteSource,
  tolerant: boolean,
): Promise<UncheckedMaps & { readonly unchecked: readonly string[] }> {
  try {
    const file = await openResult(source);
    const { header, rotationMapping } = file;
    return { header, rotationMapping, ...(await readMaps(file)), unchecked: [] };
  } catch (error) {
    if (!tolerant) throw error;
    const maps = await readUncheckedMaps(source);
    return { ...maps, unchecked: [`read without checks, damage would not show: ${(error as Error).message}`] };
  }
}

/** All slabs of a file, joined. */
export async function readMaps({ header, slabCount, readSlab }: ResultFile): Promise<LoadedMaps> {
  const { shape } = header;
  const scores = new Float32Array(sizeOf(shape));
  const rotations = new Int32Array(scores.length);
  const rowsPerPlane = sizeOf(shape.slice(1));
  for (let index = 0; index < slabCount; index++) {
    const slab = await readSlab(index);
    scores.set(slab.scores, slab.start * rowsPerPlane);
    rotations.set(slab.rotations, slab.start * rowsPerPlane);
  }
  return { scores: ndarray(scores, shape), rotations: ndarray(rotations, shape) };
}

type LoadedMaps = Pick<AnalyzerResult, "scores" | "rotations">;

async function findHistory(
  path: string,
  reference: HistoryReference | null,
  wanted: boolean | string,
): Promise<{ history: History | null; warnings: string[] }> {
  if (typeof wanted === "string") return { history: await readHistory(wanted, reference ?? {}), warnings: [] };
  if (!wanted || reference === null) return { history: null, warnings: [] };
  try {
    return { history: await readHistory(join(dirname(path), reference.file), reference), warnings: [] };
  } catch (error) {
    return { history: null, warnings: [`Only the last step can be shown: ${(error as Error).message}`] };
  }
}
