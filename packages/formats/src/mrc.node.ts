import { createHash } from "node:crypto";
import * as files from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { constants, gunzip, gunzipSync } from "node:zlib";
import { atomicFile, RotoscopeError, type Volume } from "@rotoscope/core";
import { mrcLength, readMrc, writeMrc } from "./mrc.js";
import { MRC_HEADER_LENGTH, readMrcHeader } from "./mrc-header.js";
import { readBytes } from "./read-bytes.node.js";

/**
 * Reads a density map from an MRC, CCP4 or MAP file, gzipped or not: see `readMrc`.
 * Throws a `RotoscopeError` that names the file.
 *
 * @example
 * const target = await readVolume("tomogram.mrc");
 */
export async function readVolume(path: string): Promise<Volume> {
  const name = basename(path);
  const bytes = await readBytes(path);
  const volume = readMrc(isGzip(bytes) ? await gunzipMrc(bytes, name) : bytes, name);
  return { ...volume, source: { name, sha256: createHash("sha256").update(bytes).digest("hex") } };
}

/** Writes a density map as an MRC file (see `writeMrc`): the whole file, or none when something fails. */
export async function writeVolume(path: string, volume: Volume): Promise<void> {
  const bytes = writeMrc(volume);
  await atomicFile(files, path, (file) => file.writeFile(bytes));
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Unpacks the header first, and then no more than it asks for. */
async function gunzipMrc(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  try {
    const start = gunzipSync(bytes.subarray(0, 16 * MRC_HEADER_LENGTH), { finishFlush: constants.Z_SYNC_FLUSH });
    const header = readMrcHeader(start, name);
    return await promisify(gunzip)(bytes, { maxOutputLength: mrcLength(header) });
  } catch (cause) {
    if (cause instanceof RotoscopeError) throw cause;
    throw new RotoscopeError(
      "file",
      `${name}: can't be unpacked to what its header says (${(cause as Error).message})`,
      { cause },
    );
  }
}
