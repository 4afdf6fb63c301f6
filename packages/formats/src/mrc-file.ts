import { type ByteSource, type NdArray, ndarray, readChecked, sizeOf, type Volume } from "@rotoscope/core";
import { wrongArgument } from "./check-argument.js";
import { MRC_HEADER_LENGTH, type MrcHeader, mrcLength, readMrcHeader } from "./mrc-header.js";
import { inAxisOrder, mrcValues, valueShape } from "./mrc-values.js";
import { checkLength, mrcVolume } from "./read-mrc.js";

/** An MRC file of which only the header was read. */
export interface MrcFile {
  readonly header: MrcHeader;
  /** z, y, x, and a fourth axis of two for complex values. */
  readonly shape: readonly number[];
  readonly voxelSizeAngstrom: readonly number[];
  readonly originAngstrom: readonly number[];
  /** The plane at `z`, y, x. Reads that plane alone where sections are planes, a row per section where rows are, else section after section. */
  readPlane(z: number): Promise<NdArray<Float32Array>>;
  /** The row at `z`, `y`, along x. Reads that row alone where the file's rows are along x, else the plane. */
  readRow(z: number, y: number): Promise<NdArray<Float32Array>>;
  /** The whole map. */
  readAll(): Promise<Volume>;
}

/**
 * Opens an MRC, CCP4 or MAP file of any size: reads its header now, and planes when they are asked for.
 *
 * Throws a `RotoscopeError` that names the file: `file`, `unsupported`, as `readMrc` does; `readPlane` and `readRow` a `RangeError` for what isn't there.
 *
 * @example
 * const file = await openMrc(source);
 * const middle = await file.readPlane(Math.floor(file.shape[0]! / 2));
 */
export async function openMrc(source: ByteSource): Promise<MrcFile> {
  if (typeof source?.read !== "function") throw wrongArgument("source", source, "a ByteSource");
  const header = readMrcHeader(await source.read(0, Math.min(MRC_HEADER_LENGTH, source.size)), source.name);
  checkLength(header, source.size, source.name);
  const { shape, voxelSizeAngstrom, originAngstrom, dataOffset } = header;
  return {
    header,
    shape: valueShape(shape, header),
    voxelSizeAngstrom,
    originAngstrom,
    readPlane: async (z) => {
      checkIndex(z, shape[0], "plane");
      return ndarray(await readPlane(source, header, z), valueShape(shape.slice(1), header));
    },
    readRow: async (z, y) => {
      checkIndex(z, shape[0], "plane");
      checkIndex(y, shape[1], "row");
      return ndarray(await readRow(source, header, z, y), valueShape(shape.slice(2), header));
    },
    readAll: async () =>
      mrcVolume(await readChecked(source, dataOffset, mrcLength(header) - dataOffset, "the map"), header),
  };

  function checkIndex(index: number, length: number, what: string): void {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new RangeError(`${source.name}: ${what} ${index}, there are ${length}`);
  }
}

async function readRow(source: ByteSource, header: MrcHeader, z: number, y: number): Promise<Float32Array> {
  const { shape, axes, itemSize, dataOffset } = header;
  const length = shape[2] * itemSize;
  if (axes.every((axis, i) => axis === i)) {
    const offset = dataOffset + (z * shape[1] + y) * length;
    return mrcValues(await readChecked(source, offset, length, `row ${y} of plane ${z}`), header);
  }
  const plane = await readPlane(source, header, z);
  const width = plane.length / shape[1];
  return plane.slice(y * width, (y + 1) * width);
}

/** One index along z, cut out of the file's order: a run of bytes in every step of the axes slower than z. */
async function readPlane(source: ByteSource, header: MrcHeader, z: number): Promise<Float32Array> {
  const { fileShape, axes, itemSize, dataOffset } = header;
  const zAxis = axes[0];
  const run = sizeOf(fileShape.slice(zAxis + 1)) * itemSize;
  const step = run * fileShape[zAxis]!;
  const steps = sizeOf(fileShape.slice(0, zAxis));
  const bytes = new Uint8Array(steps * run);
  if (zAxis < 2)
    for (let k = 0; k < steps; k++)
      bytes.set(await readChecked(source, dataOffset + k * step + z * run, run, `plane ${z}`), k * run);
  else {
    const [sections, rows] = fileShape;
    for (let section = 0; section < sections; section++) {
      const whole = await readChecked(source, dataOffset + section * rows * step, rows * step, `section ${section}`);
      for (let row = 0; row < rows; row++) {
        const at = row * step + z * run;
        bytes.set(whole.subarray(at, at + run), (section * rows + row) * run);
      }
    }
  }
  const planeShape = fileShape.map((length, axis) => (axis === zAxis ? 1 : length));
  return inAxisOrder(mrcValues(bytes, header), planeShape, header);
}
