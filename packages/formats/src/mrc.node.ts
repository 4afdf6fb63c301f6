import * as files from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { constants, gunzip, gunzipSync } from "node:zlib";
import { atomicFile, RotoscopeError, type Volume } from "@rotoscope/core";
import { checkOptions, checkPath } from "./check-argument.js";
import { DensityMoments, densityStatistics } from "./density-statistics.js";
import { isEm, readEm } from "./em.js";
import { openFile } from "./file-source.node.js";
import { type MrcFile, openMrc } from "./mrc-file.js";
import { MRC_HEADER_LENGTH, type MrcHeader, mrcLength, readMrcHeader } from "./mrc-header.js";
import { type OnBytes, readHashed } from "./read-bytes.node.js";
import { checkLength, mrcVolume, readMrc } from "./read-mrc.js";
import { WriteBehind } from "./write-behind.node.js";
import { type MrcOptions, mrcHeader } from "./write-mrc.js";

/** Values that are looked at while they are written; a few megabytes, which the caches hold. */
const PIECE = 2 ** 20;
/** Deflate packs at most this many bytes into one. */
const LARGEST_RATIO = 1032;

/** How a volume is read. */
export interface VolumeReadOptions {
  readonly onProgress?: OnBytes;
}

/** How a volume is written. */
export interface VolumeWriteOptions extends MrcOptions {
  readonly onProgress?: OnBytes;
}

/** An MRC file that is open; to be closed after use. */
export interface OpenVolume extends MrcFile {
  close(): Promise<void>;
}

/**
 * Reads a density map from an MRC, CCP4 or MAP file, gzipped or not (see `readMrc`), or from an EM file (see `readEm`). The file is known by its SHA-256.
 * Throws a `RotoscopeError` that names the file.
 *
 * @example
 * const target = await readVolume("tomogram.mrc");
 */
export async function readVolume(path: string, options: VolumeReadOptions = {}): Promise<Volume> {
  checkPath(path);
  checkOptions(options);
  const name = basename(path);
  const { bytes, sha256 } = await readHashed(path, options.onProgress);
  return { ...(await decodeMrc(bytes, name)), source: { name, sha256 } };
}

/**
 * Opens an MRC, CCP4 or MAP file of any size without reading its values: see `openMrc`. Gzipped files have to be read whole, with `readVolume`.
 *
 * @example
 * const file = await openVolume("tomogram.mrc");
 * const plane = await file.readPlane(500);
 * await file.close();
 */
export async function openVolume(path: string): Promise<OpenVolume> {
  const source = await openFile(path);
  try {
    const start = await source.read(0, Math.min(3, source.size));
    if (isGzip(start))
      throw new RotoscopeError("unsupported", `${source.name}: planes of a gzipped file can't be read alone`);
    return { ...(await openMrc(source)), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Writes a density map as an MRC file (see `mrcHeader`): the whole file, or none when something fails. */
export async function writeVolume(path: string, volume: Volume, options: VolumeWriteOptions = {}): Promise<void> {
  checkPath(path);
  mrcHeader(volume, options, densityStatistics(new Float32Array(0)));
  const { data } = volume;
  await atomicFile(files, path, async (file) => {
    const behind = new WriteBehind(file);
    try {
      const moments = new DensityMoments();
      for (let start = 0; start < data.length; start += PIECE) {
        const values = data.subarray(start, start + PIECE);
        await behind.write(values, MRC_HEADER_LENGTH + 4 * start);
        moments.add(values);
        options.onProgress?.(4 * (start + values.length), 4 * data.length);
      }
      await behind.write(mrcHeader(volume, options, moments.statistics()), 0);
    } finally {
      await behind.finish();
    }
  });
}

/** The header of an MRC file, gzipped or not. Throws a `RotoscopeError` that names the file. */
export async function readVolumeHeader(path: string): Promise<MrcHeader> {
  const source = await openFile(path);
  try {
    const start = await source.read(0, Math.min(16 * MRC_HEADER_LENGTH, source.size));
    const bytes = isGzip(start) ? unpackStart(start) : start;
    return readMrcHeader(bytes, source.name);
  } finally {
    await source.close();
  }
}

async function decodeMrc(bytes: Uint8Array, name: string): Promise<Volume> {
  if (bytes[0] === 0x42 && bytes[1] === 0x5a && bytes[2] === 0x68)
    throw new RotoscopeError("unsupported", `${name}: packed by bzip2, unpack it first`);
  if (isEm(bytes.subarray(0, 16), bytes.length)) return readEm(bytes, name);
  const unpacked = isGzip(bytes) ? await gunzipMrc(bytes, name) : bytes;
  const header = readMrcHeader(unpacked, name);
  if (header.dataOffset % 8 !== 0) return readMrc(unpacked, name);
  checkLength(header, unpacked.length, name);
  return mrcVolume(unpacked.subarray(header.dataOffset, mrcLength(header)), header);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpackStart(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes.subarray(0, 16 * MRC_HEADER_LENGTH), { finishFlush: constants.Z_SYNC_FLUSH });
}

/** Unpacks the header first, and then no more than it asks for. */
async function gunzipMrc(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  try {
    const length = mrcLength(readMrcHeader(unpackStart(bytes), name));
    if (length > bytes.length * LARGEST_RATIO)
      throw new RotoscopeError(
        "file",
        `${name}: its header needs ${length} bytes, ${bytes.length} packed ones can't hold them`,
      );
    return new Uint8Array(await promisify(gunzip)(bytes, { maxOutputLength: length }));
  } catch (cause) {
    if (cause instanceof RotoscopeError) throw cause;
    throw new RotoscopeError(
      "file",
      `${name}: can't be unpacked to what its header says (${(cause as Error).message})`,
      { cause },
    );
  }
}
