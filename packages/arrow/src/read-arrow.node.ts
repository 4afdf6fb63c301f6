import { basename, dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type AnalyzerResult,
  analyzerResult,
  type ByteSource,
  type History,
  prepareReplay,
  type ReplayableHistory,
  RotoscopeError,
  replayable,
} from "@rotoscope/core";
import { withFile } from "./file-source.node.js";
import { type LoadedHistory, readHistory } from "./history.node.js";
import { recoverIpcFile } from "./ipc-file.js";
import { readMaps } from "./read-maps.js";
import { type LoadedPeaks, readPeaks } from "./read-peaks.node.js";
import { openResult } from "./reader.js";
import type { HistoryReference, ResultHeader } from "./result-layout.js";
import { METADATA_KEYS } from "./schema-metadata.js";
import { type LoadedState, loadState } from "./state.node.js";
import { readUncheckedMaps, type UncheckedMaps } from "./unchecked-maps.js";
import type { ResultDetails } from "./write-arrow.node.js";

/** A result as it was written, with what its file says about it. */
export interface LoadedResult extends AnalyzerResult, Omit<ResultDetails, "history"> {
  readonly kind: "result";
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
  /** Refuse files that hold something else. Default: whatever it holds. */
  readonly kind?: LoadedFile["kind"];
  /** Whether to read the history beside the result, or where else it is; default true. */
  readonly history?: boolean | string;
  /** Also read files that another program, such as pyarrow, has written again: their values can't be checked, which `checked` and a warning say. Default false. */
  readonly tolerant?: boolean;
  /** A history of more bytes stays in its file, and its steps are read when they are asked for. Default 2^31, 2 GiB. */
  readonly historyMemory?: number;
}

/** What `readArrow` gives, depending on the file; `kind` tells them apart. */
export type LoadedFile = LoadedResult | LoadedPeaks | LoadedHistory | ({ readonly kind: "state" } & LoadedState);

/**
 * Reads a file that `writeArrow`, `writePeaks`, `writeHistory` or `saveState` wrote, bit for bit; of a result its history too. A history that is missing, damaged or
 * another result's gives a warning, or an error when `options.history` is a path. Throws a `RotoscopeError`: `file` for a file that is damaged or not
 * ours, `unsupported` for a later version of the layout.
 *
 * It is typed as a result unless another type is named; `kind` says what the file held.
 *
 * @example
 * const { scores, rotations, rotationMapping } = await readArrow("result.arrow");
 * const { peaks } = await readArrow<LoadedPeaks>("peaks.arrow");
 */
export async function readArrow<Kind extends LoadedFile = LoadedResult>(
  path: string,
  options: ReadOptions = {},
): Promise<NoInfer<Kind>> {
  return (await readAny(path, options)) as Kind;
}

async function readAny(path: string, options: ReadOptions): Promise<LoadedFile> {
  const kind = await withFile(path, kindOf);
  if (options.kind !== undefined && isKind(kind) && kind !== options.kind)
    throw new RotoscopeError("unsupported", `${basename(path)}: holds ${kind}, expected ${options.kind}`);
  if (kind === "peaks") return readPeaks(path);
  if (kind === "state") return { kind, ...(await loadState(path)) };
  if (kind === "history") return readHistory(path, memoryFor(options));
  return withFile(path, async (source) => {
    const { header, rotationMapping, unchecked, ...maps } = await readWhole(source, options.tolerant ?? false);
    const { offset, meanSquare, voxelSizeAngstrom, scoreThreshold, provenance } = header;
    const found = await findHistory(path, header, options);
    const history = found.history && replayable(found.history, maps);
    if (history) await prepareReplay(history, maps, nextTurn);
    return analyzerResult({
      kind: "result" as const,
      ...maps,
      offset,
      rotationMapping,
      meanSquare,
      voxelSizeAngstrom,
      scoreThreshold,
      provenance,
      historyFile: header.history,
      history,
      checked: unchecked.length === 0,
      warnings: [...unchecked, ...found.warnings],
    });
  });
}

function isKind(kind: string | null): boolean {
  return kind === "result" || kind === "peaks" || kind === "state" || kind === "history";
}

/** What a file of ours says it holds; null for others. */
async function kindOf(source: ByteSource): Promise<string | null> {
  const { metadata } = await recoverIpcFile(source, true).catch(() => ({ metadata: new Map<string, string>() }));
  try {
    const { kind } = JSON.parse(metadata.get(METADATA_KEYS.json) ?? "null") as { readonly kind?: unknown };
    return String(kind);
  } catch {
    return null;
  }
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

async function findHistory(
  path: string,
  { history: reference, shape }: ResultHeader,
  options: ReadOptions,
): Promise<{ history: History | null; warnings: readonly string[] }> {
  const wanted = options.history ?? true;
  const read = async (file: string, sha256: string | undefined): ReturnType<typeof findHistory> => {
    const history = await readHistory(file, { ...memoryFor(options), shape, ...(sha256 && { sha256 }) });
    return { history, warnings: history.warnings };
  };
  if (typeof wanted === "string") return read(wanted, reference?.sha256);
  if (!wanted || reference === null) return { history: null, warnings: [] };
  try {
    return await read(join(dirname(path), reference.file), reference.sha256);
  } catch (error) {
    return { history: null, warnings: [`Only the last step can be shown: ${(error as Error).message}`] };
  }
}

function memoryFor({ historyMemory }: ReadOptions): { readonly memory?: number } {
  return historyMemory === undefined ? {} : { memory: historyMemory };
}
