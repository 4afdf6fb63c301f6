import { ndarray, RotoscopeError, type Volume } from "@rotoscope/core";
import { type MrcHeader, mrcLength, readMrcHeader } from "./mrc-header.js";
import { inAxisOrder, mrcValues, valueShape } from "./mrc-values.js";

/**
 * Reads an MRC, CCP4 or MAP file: modes 0 (int8; uint8 where IMOD or DMAX says so), 1 (int16), 2 (float32), 4 (complex float32),
 * 6 (uint16) and 12 (float16), in either byte order.
 *
 * The axes come out as z, y, x whatever MAPC, MAPR, MAPS say; an image has one z plane; complex values have a fourth axis of two, real and
 * imaginary. Values are converted to float32 unchanged. The voxel size is the cell divided by its intervals, per axis; 0 = unknown.
 * The origin is ORIGIN where that isn't zero, else NSTART times the voxel size. `name` stands in the messages of errors.
 * Throws a `RotoscopeError`: `file` when the header makes no sense or the file is shorter than it says, `unsupported` for other modes.
 */
export function readMrc(bytes: Uint8Array, name = "MRC data"): Volume {
  const header = readMrcHeader(bytes, name);
  checkLength(header, bytes.length, name);
  return mrcVolume(new Uint8Array(bytes.subarray(header.dataOffset, mrcLength(header))), header);
}

/** Throws a `RotoscopeError` (`file`) when a file of `length` bytes is shorter than its header says. */
export function checkLength(header: MrcHeader, length: number, name: string): void {
  const end = mrcLength(header);
  if (length < end)
    throw new RotoscopeError(
      "file",
      `${name}: ${length} bytes, but NX, NY, NZ = ${[...header.fileShape].reverse().join(", ")} in mode ${header.mode} need ${end}`,
    );
}

/** The volume of an MRC file's header and the bytes of its values, which are taken over. */
export function mrcVolume(body: Uint8Array, header: MrcHeader): Volume {
  const { fileShape, shape, voxelSizeAngstrom, originAngstrom } = header;
  const values = inAxisOrder(mrcValues(body, header), fileShape, header);
  return { ...ndarray(values, valueShape(shape, header)), voxelSizeAngstrom, originAngstrom };
}
