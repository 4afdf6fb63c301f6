import { basename } from "node:path";
import { RotoscopeError } from "@rotoscope/core";
import { checkOptions } from "./check-argument.js";
import { withFile } from "./file-source.node.js";
import type { PeerResult } from "./peer-result.js";
import { isHdf5, readPytme } from "./pytme.node.js";
import { isPytomPath, readPytom } from "./pytom.node.js";
import { isStopgapPath, readStopgap, type StopgapOptions } from "./stopgap.node.js";

/** What kind of file a path is, by its content where that tells, else by its name and what lies beside it. */
export type FileKind = "arrow" | "pytme" | "pytom" | "stopgap" | "npy" | "star" | "table" | "volume";

/**
 * Tells what a file is: one of ours (`arrow`), a result of another program, a NumPy array, a STAR file, a table (.tsv, .csv, .txt) or else a map.
 * Throws a `RotoscopeError` (`file`) when it can't be read.
 */
export async function fileKind(path: string): Promise<FileKind> {
  const start = await withFile(path, (file) => file.read(0, Math.min(512, file.size)));
  const magic = String.fromCharCode(...start.subarray(0, 6));
  const name = basename(path).toLowerCase();
  if (magic === "ARROW1") return "arrow";
  if (magic === "\x93NUMPY") return "npy";
  if (isHdf5(start)) return "pytme";
  if (isPytomPath(path)) return "pytom";
  if (/\.(pickle|pkl)(\.gz)?$/.test(name)) return "pytme";
  if (isStopgapPath(path)) return "stopgap";
  if (/\.(mrc|map|rec|ccp4|st|mrcs|em)(\.gz)?$/.test(name)) return "volume";
  if (name.endsWith(".star") || /^\s*(#.*\s+)*data_/.test(new TextDecoder().decode(start))) return "star";
  if (/\.(tsv|csv|txt)$/.test(name)) return "table";
  return start[0] === 0x80 && start[1]! >= 2 && start[1]! <= 5 ? "pytme" : "volume";
}

/**
 * Reads a result of pyTME, pytom-match-pick, STOPGAP or GAPSTOP in our conventions: see `readPytme`, `readPytom`, `readStopgap`.
 *
 * Throws a `RotoscopeError` that names the file: `unsupported` for a file of another kind.
 *
 * @example
 * const { scores, rotations, rotationMapping } = await readPeerResult("output.pickle");
 */
export async function readPeerResult(path: string, options: StopgapOptions = {}): Promise<PeerResult> {
  checkOptions(options);
  const kind = await fileKind(path);
  if (kind === "pytme") return readPytme(path);
  if (kind === "pytom") return readPytom(path);
  if (kind === "stopgap" || options.angles !== undefined) return readStopgap(path, options);
  throw new RotoscopeError(
    "unsupported",
    `${basename(path)}: no result of pyTME (.pickle, .pickle.gz, .hdf5), pytom-match-pick (_job.json with its maps) or STOPGAP (smap and omap)`,
  );
}
