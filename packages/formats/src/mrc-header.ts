import { RotoscopeError, sizeOf } from "@rotoscope/core";
import { checkBytes } from "./check-argument.js";

/** Length of the fixed MRC header, in bytes. */
export const MRC_HEADER_LENGTH = 1024;

/** What an MRC header says; words and names as in the MRC2014 description. */
export interface MrcHeader {
  readonly littleEndian: boolean;
  /** NZ, NY, NX: sections, rows, columns as they lie in the file, slowest first. */
  readonly fileShape: readonly [number, number, number];
  /** z, y, x: the shape after MAPC, MAPR, MAPS. */
  readonly shape: readonly [number, number, number];
  readonly mode: number;
  /** Which of the file's axes (0 = sections, 1 = rows, 2 = columns) is z, y, x. */
  readonly axes: readonly [number, number, number];
  readonly voxelSizeAngstrom: readonly [number, number, number];
  /** ORIGIN where that isn't zero, else NSTART times the voxel size; z, y, x. */
  readonly originAngstrom: readonly [number, number, number];
  /** NSTART, in voxels; z, y, x. */
  readonly start: readonly [number, number, number];
  /** Whether bytes of mode 0 are unsigned: IMOD's stamp says so, or DMIN and DMAX can't be of signed bytes. */
  readonly unsignedBytes: boolean;
  /** EXTTYP, such as "FEI1"; empty without an extended header. */
  readonly extendedType: string;
  /** Where the values start, past the extended header. */
  readonly dataOffset: number;
  /** Bytes per value: 8 for complex ones. */
  readonly itemSize: number;
  /** The labels in use, at most ten of up to 80 characters. */
  readonly labels: readonly string[];
}

const ITEM_SIZES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 2],
  [2, 4],
  [4, 8],
  [6, 2],
  [12, 2],
]);
const OTHER_MODES: ReadonlyMap<number, string> = new Map([
  [3, "complex int16"],
  [16, "RGB bytes"],
  [101, "4-bit integers"],
]);
const IMOD_STAMP = 1146047817;

/**
 * Reads the header of an MRC, CCP4 or MAP file of either byte order.
 *
 * `name` stands in the messages of errors: `file` for a header that makes no sense, `unsupported` for modes that aren't read.
 */
export function readMrcHeader(bytes: Uint8Array, name: string): MrcHeader {
  checkBytes(bytes);
  if (bytes.length < MRC_HEADER_LENGTH)
    throw new RotoscopeError("file", `${name}: ${bytes.length} bytes, an MRC header alone has ${MRC_HEADER_LENGTH}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, MRC_HEADER_LENGTH);
  const littleEndian = isLittleEndian(view, name);
  const int = (word: number): number => view.getInt32((word - 1) * 4, littleEndian);
  const float = (word: number): number => view.getFloat32((word - 1) * 4, littleEndian);
  const text = (start: number, end: number): string =>
    String.fromCharCode(...bytes.subarray(start, end))
      .split("\0", 1)[0]!
      .trimEnd();

  const [nx, ny, nz] = [positive(int(1), "NX"), positive(int(2), "NY"), positive(int(3), "NZ")];
  const mode = int(4);
  const itemSize = ITEM_SIZES.get(mode);
  if (itemSize === undefined) {
    const meaning = OTHER_MODES.get(mode);
    throw new RotoscopeError(
      meaning ? "unsupported" : "file",
      `${name}: MODE is ${mode}${meaning ? ` (${meaning})` : ""}, expected 0, 1, 2, 4, 6 or 12`,
    );
  }
  const extendedLength = int(24);
  if (extendedLength < 0) throw new RotoscopeError("file", `${name}: NSYMBT is ${extendedLength}, expected 0 or more`);
  const axes = axesOf(int(17), int(18), int(19), name);
  const fileShape = [nz, ny, nx] as const;
  const end = MRC_HEADER_LENGTH + extendedLength + sizeOf(fileShape) * itemSize;
  if (!Number.isSafeInteger(end))
    throw new RotoscopeError("file", `${name}: NX, NY, NZ = ${nx}, ${ny}, ${nz} in mode ${mode} need ${end} bytes`);

  const voxelSizeAngstrom = [2, 1, 0].map((axis) => voxelSize(float(11 + axis), int(8 + axis))) as Triple;
  const origin = [2, 1, 0].map((axis) => finite(float(50 + axis)));
  const start = axes.map((axis) => int(7 - axis)) as Triple;
  const fromStart = start.map((voxels, i) => voxels * voxelSizeAngstrom[i]!);
  const labelCount = Math.min(Math.max(int(56), 0), 10);
  return {
    littleEndian,
    fileShape,
    shape: axes.map((axis) => fileShape[axis]!) as Triple,
    mode,
    axes,
    voxelSizeAngstrom,
    originAngstrom: (origin.some((value) => value !== 0) ? origin : fromStart) as Triple,
    start,
    unsignedBytes: areUnsigned(int(39), int(40), float(20), float(21)),
    extendedType: extendedLength > 0 ? text(104, 108) : "",
    dataOffset: MRC_HEADER_LENGTH + extendedLength,
    itemSize,
    labels: Array.from({ length: labelCount }, (_, i) => text(224 + 80 * i, 304 + 80 * i)),
  };

  function positive(value: number, field: string): number {
    if (value > 0) return value;
    throw new RotoscopeError("file", `${name}: ${field} is ${value}, expected a positive number`);
  }
}

/** Length in bytes that a file with this header has. */
export function mrcLength(header: MrcHeader): number {
  return header.dataOffset + sizeOf(header.fileShape) * header.itemSize;
}

type Triple = [number, number, number];

/** The machine stamp is wrong in many files: MODE and MAPC decide, which are small numbers in one byte order only. */
function isLittleEndian(view: DataView, name: string): boolean {
  const plausible = (littleEndian: boolean): boolean => {
    const [mode, mapc] = [view.getInt32(12, littleEndian), view.getInt32(64, littleEndian)];
    const [nx, ny, nz] = [0, 4, 8].map((offset) => view.getInt32(offset, littleEndian)) as Triple;
    return mode >= 0 && mode <= 127 && mapc >= 0 && mapc <= 3 && Math.max(nx, ny, nz) < 1 << 24;
  };
  const [little, big] = [plausible(true), plausible(false)];
  if (little && big) return view.getUint8(212) !== 0x11;
  if (little || big) return little;
  throw new RotoscopeError(
    "file",
    `${name}: not an MRC file (MODE is ${view.getInt32(12, true)}, MAPC is ${view.getInt32(64, true)} in little-endian order)`,
  );
}

/** IMOD's flags have bit 0 set for signed bytes; without its stamp they are signed, unless the densities are beyond 127. */
function areUnsigned(stamp: number, flags: number, minimum: number, maximum: number): boolean {
  if (stamp === IMOD_STAMP) return (flags & 1) === 0;
  return minimum >= 0 && maximum > 127 && maximum <= 255;
}

function axesOf(mapc: number, mapr: number, maps: number, name: string): Triple {
  if (mapc === 0 && mapr === 0 && maps === 0) return [0, 1, 2];
  const fileAxes = [maps, mapr, mapc];
  const axes = [3, 2, 1].map((axis) => fileAxes.indexOf(axis));
  if (axes.includes(-1))
    throw new RotoscopeError(
      "file",
      `${name}: MAPC, MAPR, MAPS are ${mapc}, ${mapr}, ${maps}, expected 1, 2, 3 in any order`,
    );
  return axes as Triple;
}

/** Rounded to the seven digits that the float32 cell length has. */
function voxelSize(cellLength: number, intervals: number): number {
  const size = intervals > 0 ? cellLength / intervals : 0;
  return size > 0 ? finite(Number(size.toPrecision(7))) : 0;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
