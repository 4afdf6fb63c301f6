import { ndarray, RotoscopeError, type Volume } from "@rotoscope/core";
import { checkArray, checkList, checkOptions, checkTriple } from "./check-argument.js";
import { type DensityStatistics, densityStatistics } from "./density-statistics.js";
import { MRC_HEADER_LENGTH } from "./mrc-header.js";

/** What an MRC file holds beside the volume. */
export interface MrcOptions {
  /** Up to ten lines of at most 80 ASCII characters. Default: "Written by rotoscope". */
  readonly labels?: readonly string[];
}

/**
 * The bytes of an MRC2014 file: see `mrcHeader`.
 *
 * @example
 * const bytes = writeMrc(volume, { labels: ["Best scores of run 7"] });
 */
export function writeMrc(volume: Volume, options: MrcOptions = {}): Uint8Array {
  const header = mrcHeader(volume, options);
  const bytes = new Uint8Array(MRC_HEADER_LENGTH + volume.data.length * 4);
  bytes.set(header);
  new Float32Array(bytes.buffer, MRC_HEADER_LENGTH).set(volume.data);
  return bytes;
}

/**
 * The header of an MRC2014 file, little-endian, mode 2, with the volume's voxel size, origin, density statistics (of the finite values) and labels; the float32 values follow it.
 * Throws a `RotoscopeError`: `shape` unless the volume has three axes, `argument` for other data than float32 and for labels that don't fit.
 */
export function mrcHeader(volume: Volume, options: MrcOptions = {}, statistics?: DensityStatistics): Uint8Array {
  checkArray("volume", volume, ["Float32Array"]);
  checkTriple("volume: voxelSizeAngstrom", volume.voxelSizeAngstrom);
  checkTriple("volume: originAngstrom", volume.originAngstrom);
  checkOptions(options);
  const { labels = ["Written by rotoscope"] } = options;
  checkList("labels", labels, "an array of text");
  const [nz, ny, nx] = volume.shape;
  if (volume.shape.length !== 3 || !nx || !ny || !nz)
    throw new RotoscopeError("shape", `volume: shape [${volume.shape.join(", ")}], an MRC file needs z, y, x`);
  ndarray(volume.data, volume.shape);
  const bad = labels.find((label) => !/^[\x20-\x7e]{0,80}$/.test(label));
  if (labels.length > 10 || bad !== undefined)
    throw new RotoscopeError(
      "argument",
      `labels: ${bad === undefined ? `${labels.length} of them` : JSON.stringify(bad)}, expected up to ten of at most 80 ASCII characters`,
    );
  const bytes = new Uint8Array(MRC_HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  const int = (word: number, value: number): void => view.setInt32((word - 1) * 4, value, true);
  const float = (word: number, value: number): void => view.setFloat32((word - 1) * 4, value, true);
  const text = (word: number, value: string): void => bytes.set(new TextEncoder().encode(value), (word - 1) * 4);

  [nx, ny, nz].forEach((length, axis) => {
    int(1 + axis, length);
    int(8 + axis, length);
    float(11 + axis, length * volume.voxelSizeAngstrom[2 - axis]!);
    float(14 + axis, 90);
    int(17 + axis, axis + 1);
    float(50 + axis, volume.originAngstrom[2 - axis]!);
  });
  int(4, 2);
  const { minimum, maximum, mean, deviation } = statistics ?? densityStatistics(volume.data);
  [minimum, maximum, mean].forEach((value, i) => {
    float(20 + i, value);
  });
  int(23, nz > 1 ? 1 : 0);
  int(28, 20140);
  text(53, "MAP ");
  bytes.set([0x44, 0x44], 212);
  float(55, deviation);
  int(56, labels.length);
  labels.forEach((label, i) => {
    text(57 + 20 * i, label);
  });
  return bytes;
}
