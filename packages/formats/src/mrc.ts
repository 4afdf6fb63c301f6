import { ndarray, RotoscopeError, sizeOf, type Volume } from "@rotoscope/core";
import { swapBytes } from "./byte-order.js";
import { float16ToFloat32 } from "./float16.js";
import { MRC_HEADER_LENGTH, type MrcHeader, readMrcHeader } from "./mrc-header.js";
import { transpose } from "./transpose.js";

/**
 * Reads an MRC, CCP4 or MAP file: modes 0 (int8; uint8 where IMOD says so), 1 (int16), 2 (float32), 6 (uint16) and 12 (float16).
 *
 * The axes come out as z, y, x whatever MAPC, MAPR, MAPS say; an image has one z plane. Values are converted to float32 unchanged.
 * The voxel size is the cell divided by its intervals, per axis; 0 = unknown. `name` stands in the messages of errors.
 * Throws a `RotoscopeError`: `file` when the header makes no sense or the file is shorter than it says, `unsupported` for other modes.
 */
export function readMrc(bytes: Uint8Array, name = "MRC data"): Volume {
  const header = readMrcHeader(bytes, name);
  const { fileShape, axes, voxelSizeAngstrom, originAngstrom } = header;
  const end = mrcLength(header);
  if (bytes.length < end)
    throw new RotoscopeError(
      "file",
      `${name}: ${bytes.length} bytes, but NX, NY, NZ = ${[...fileShape].reverse().join(", ")} in mode ${header.mode} need ${end}`,
    );
  const values = toFloat32(bytes.subarray(header.dataOffset, end), header);
  const shape = axes.map((axis) => fileShape[axis] ?? 1);
  if (axes.some((axis, i) => axis !== i)) {
    const transposed = new Float32Array(values.length);
    transpose(values, fileShape, axes, transposed);
    return { ...ndarray(transposed, shape), voxelSizeAngstrom, originAngstrom };
  }
  return { ...ndarray(values, shape), voxelSizeAngstrom, originAngstrom };
}

/** Length in bytes that a file with this header has. */
export function mrcLength(header: MrcHeader): number {
  return header.dataOffset + sizeOf(header.fileShape) * header.itemSize;
}

/**
 * The bytes of an MRC2014 file, little-endian, mode 2, with the volume's voxel size, origin and density statistics.
 * Throws a `RotoscopeError` (`shape`) unless the volume has three axes.
 */
export function writeMrc(volume: Volume): Uint8Array {
  const [nz, ny, nx] = volume.shape;
  if (volume.shape.length !== 3 || !nx || !ny || !nz)
    throw new RotoscopeError("shape", `volume: shape [${volume.shape.join(", ")}], an MRC file needs z, y, x`);
  ndarray(volume.data, volume.shape);
  const bytes = new Uint8Array(MRC_HEADER_LENGTH + volume.data.length * 4);
  const view = new DataView(bytes.buffer);
  const int = (word: number, value: number): void => view.setInt32((word - 1) * 4, value, true);
  const float = (word: number, value: number): void => view.setFloat32((word - 1) * 4, value, true);
  const text = (word: number, value: string): void => bytes.set(new TextEncoder().encode(value), (word - 1) * 4);

  [nx, ny, nz].forEach((length, axis) => {
    int(1 + axis, length);
    int(8 + axis, length);
    float(11 + axis, length * (volume.voxelSizeAngstrom[2 - axis] ?? 0));
    float(14 + axis, 90);
    int(17 + axis, axis + 1);
    float(50 + axis, volume.originAngstrom[2 - axis] ?? 0);
  });
  int(4, 2);
  const { minimum, maximum, mean, deviation } = statistics(volume.data);
  [minimum, maximum, mean].forEach((value, i) => {
    float(20 + i, value);
  });
  int(23, nz > 1 ? 1 : 0);
  int(28, 20140);
  text(53, "MAP ");
  bytes.set([0x44, 0x44], 212);
  float(55, deviation);
  int(56, 1);
  text(57, "Written by rotoscope".padEnd(80));
  new Float32Array(bytes.buffer, MRC_HEADER_LENGTH).set(volume.data);
  return bytes;
}

function toFloat32(body: Uint8Array, { mode, littleEndian, itemSize, unsignedBytes }: MrcHeader): Float32Array {
  const aligned = new Uint8Array(body);
  if (!littleEndian) swapBytes(aligned, itemSize);
  const { buffer } = aligned;
  switch (mode) {
    case 0:
      return Float32Array.from(unsignedBytes ? aligned : new Int8Array(buffer));
    case 1:
      return Float32Array.from(new Int16Array(buffer));
    case 2:
      return new Float32Array(buffer);
    case 6:
      return Float32Array.from(new Uint16Array(buffer));
    default:
      return Float32Array.from(new Uint16Array(buffer), float16ToFloat32);
  }
}

/** Over the finite values; zeros when there are none. */
function statistics(data: Float32Array): { minimum: number; maximum: number; mean: number; deviation: number } {
  let [count, sum, minimum, maximum] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  if (count === 0) return { minimum: 0, maximum: 0, mean: 0, deviation: 0 };
  const mean = sum / count;
  let squares = 0;
  for (const value of data) if (Number.isFinite(value)) squares += (value - mean) ** 2;
  return { minimum, maximum, mean, deviation: Math.sqrt(squares / count) };
}
