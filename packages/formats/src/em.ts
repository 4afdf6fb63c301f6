import { ndarray, RotoscopeError, sizeOf, type Volume } from "@rotoscope/core";
import { swapBytes } from "./byte-order.js";
import { checkBytes } from "./check-argument.js";

const HEADER_LENGTH = 512;
/** Bytes per value by data type; 8 is complex and isn't read. */
const ITEM_SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 2, 4: 4, 5: 4, 9: 8 };
const BIG_ENDIAN_MACHINES = [0, 3, 4, 5];

/** Whether bytes may start an EM file: a machine, a data type and a size that make sense. */
export function isEm(bytes: Uint8Array, size: number): boolean {
  if (bytes.length < 16 || !(bytes[0]! <= 6) || ITEM_SIZES[bytes[3]!] === undefined) return false;
  return HEADER_LENGTH + sizeOf(emShape(bytes)) * ITEM_SIZES[bytes[3]!]! === size;
}

/**
 * Reads a map in the EM format of TOM, AV3, STOPGAP and GAPSTOP: bytes, int16, int32, float32 or float64, of either byte order; axes z, y, x, values as float32.
 * It has no voxel size. Throws a `RotoscopeError`: `file` when header and length disagree, `unsupported` for other types.
 */
export function readEm(bytes: Uint8Array, name = "EM data"): Volume {
  checkBytes(bytes);
  if (bytes.length < HEADER_LENGTH)
    throw new RotoscopeError("file", `${name}: ${bytes.length} bytes, an EM header alone has ${HEADER_LENGTH}`);
  const type = bytes[3]!;
  const itemSize = ITEM_SIZES[type];
  if (itemSize === undefined)
    throw new RotoscopeError("unsupported", `${name}: data type ${type}, expected 1, 2, 4, 5 or 9`);
  const shape = emShape(bytes);
  const length = sizeOf(shape) * itemSize;
  if (length === 0 || bytes.length !== HEADER_LENGTH + length)
    throw new RotoscopeError(
      "file",
      `${name}: ${bytes.length} bytes, but size ${[...shape].reverse().join(", ")} of data type ${type} needs ${HEADER_LENGTH + length}`,
    );
  const body = new Uint8Array(bytes.subarray(HEADER_LENGTH));
  if (isBigEndian(bytes)) swapBytes(body, itemSize);
  const { buffer } = body;
  const values =
    type === 1
      ? Float32Array.from(new Int8Array(buffer))
      : type === 2
        ? Float32Array.from(new Int16Array(buffer))
        : type === 4
          ? Float32Array.from(new Int32Array(buffer))
          : type === 5
            ? new Float32Array(buffer)
            : Float32Array.from(new Float64Array(buffer));
  return { ...ndarray(values, shape), voxelSizeAngstrom: [0, 0, 0], originAngstrom: [0, 0, 0] };
}

function emShape(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = (at: number): number => view.getUint32(at, !isBigEndian(bytes));
  return [Math.max(1, length(12)), length(8), length(4)];
}

function isBigEndian(bytes: Uint8Array): boolean {
  return BIG_ENDIAN_MACHINES.includes(bytes[0]!);
}
