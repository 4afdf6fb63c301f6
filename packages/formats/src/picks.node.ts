import * as files from "node:fs/promises";
import { basename } from "node:path";
import { atomicFile, type NdArray, RotoscopeError } from "@rotoscope/core";
import { checkOptions, checkPath, wrongArgument } from "./check-argument.js";
import { picksFromDelimited, tsvText } from "./delimited.js";
import { motiveListText } from "./motive-list.js";
import { npyHeader } from "./npy-write.js";
import type { PickList } from "./peer-result.js";
import { fileKind } from "./peers.node.js";
import { checkPickReadOptions, type PickReadOptions, picksFromStar } from "./picks-from-star.js";
import { readPytmePeaks } from "./pytme.node.js";
import { readBytes } from "./read-bytes.node.js";
import { type StarOptions, starText } from "./star.js";
import { readStar, type StarBlock } from "./star-file.js";
import type { TextBytes } from "./text-bytes.js";
import { checkWritable, type WritablePicks } from "./writable-picks.js";

/** A pick file's layout. */
export type PickFormat = "relion5" | "relion4" | "stopgap" | "tsv";

/** How picks are written. */
export interface PickWriteOptions extends Omit<StarOptions, "version" | "rotationMapping" | "classes"> {
  /** Default: by the ending: relion5 for .star, tsv for .tsv. */
  readonly format?: PickFormat;
  /** tomo_num of a STOPGAP motive list; default 1. */
  readonly tomogramNumber?: number;
}

/**
 * Reads picks: RELION STAR (versions 3 to 5, also as pyTME and pytom-match-pick write them), a STOPGAP motive list, a table as pyTME's .tsv, or the peaks that pyTME up to
 * 0.3.3 keeps in a .pickle.
 *
 * Throws a `RotoscopeError` that names the file: see `picksFromStar`, `picksFromDelimited`, `readPytmePeaks`.
 *
 * @example
 * const { picks, rotationMapping } = await readPickFile("picks.star", { shape: target.shape });
 */
export async function readPickFile(path: string, options: PickReadOptions = {}): Promise<PickList> {
  checkPickReadOptions(options);
  const kind = await fileKind(path);
  if (kind === "star") return picksFromStar(await readBytes(path), basename(path), options);
  if (kind === "table") return picksFromDelimited(await readBytes(path), basename(path), options);
  if (kind === "pytme") return readPytmePeaks(path);
  throw new RotoscopeError("unsupported", `${basename(path)}: no picks, expected .star, .tsv, .csv or pyTME's peaks`);
}

/** Reads all blocks of a STAR file: see `readStar`. Throws a `RotoscopeError` (`file`) that names the file. */
export async function readStarFile(path: string): Promise<StarBlock[]> {
  return readStar(await readBytes(path), basename(path));
}

/** Writes picks in one of the layouts: the whole file, or none when something fails. Throws a `RotoscopeError`: `argument` as `writeStar` does, `file`. */
export async function writePickFile(path: string, list: WritablePicks, options: PickWriteOptions): Promise<void> {
  checkPath(path);
  checkWritable(list);
  checkOptions(options, "tomogramName", "shape", "voxelSizeAngstrom");
  const format = options.format ?? (/\.(tsv|csv|txt)$/.test(path) ? "tsv" : "relion5");
  const text = pickText(format, list, options);
  await atomicFile(files, path, (file) => file.writeFile(text.bytes));
}

/** Writes an array as a NumPy .npy file in C order: float32, float64 or int32. The whole file, or none when something fails. */
export async function writeNpyFile(
  path: string,
  array: NdArray<Float32Array | Float64Array | Int32Array>,
): Promise<void> {
  checkPath(path);
  const header = npyHeader(array);
  const { buffer, byteOffset, byteLength } = array.data;
  const values = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  await atomicFile(files, path, async (file) => {
    await file.writeFile(header);
    await file.writeFile(values);
  });
}

function pickText(format: PickFormat, list: WritablePicks, options: PickWriteOptions): TextBytes {
  const { picks, rotationMapping, classes } = list;
  if (format === "tsv") return tsvText(list);
  if (format === "stopgap") return motiveListText(list, options);
  if (format !== "relion5" && format !== "relion4")
    throw wrongArgument("format", format, "relion5, relion4, stopgap or tsv");
  const version = format === "relion4" ? 4 : 5;
  return starText(picks, { ...options, version, rotationMapping, ...(classes ? { classes } : {}) });
}
