import { basename } from "node:path";
import { type NdArray, ndarray, RotoscopeError } from "@rotoscope/core";
import { readNumberTable } from "./angle-table.js";
import { checkOptions, checkPath } from "./check-argument.js";
import { matrixFromRelionAngles } from "./euler.js";
import { readNpy } from "./npy.js";
import { readBytes } from "./read-bytes.node.js";
import { readStar } from "./star-file.js";

/** What is wanted of a list of rotations. */
export interface RotationReadOptions {
  /** 2: rotations in the plane, n x 2 x 2. Default: 3, or what a .npy file or a text of one column has. */
  readonly dimensions?: 2 | 3;
}

/** Prefixes of RELION's labels and of programs that write them under names of their own. */
const PREFIXES = ["rln", "ptm", "wrp", "pytme"];
const ANGLES = ["AngleRot", "AngleTilt", "AnglePsi"];

/**
 * Reads a list of rotations as matrices n x d x d, float32, row-major, in array axis order (z, y, x), target to template, in the file's order.
 *
 * `.npy`: such matrices. `.star`: rlnAngleRot, rlnAngleTilt and rlnAnglePsi. Other files are text, a rotation per line: rot, tilt and psi, RELION's Z-Y-Z angles in degrees; or psi alone in 2-D. In the plane
 * rot and psi add up, and a tilt is an error. Throws a `RotoscopeError` (`file`, `shape`) that names the file and what is wrong.
 */
export async function readRotationFile(
  path: string,
  options: RotationReadOptions = {},
): Promise<NdArray<Float32Array>> {
  checkPath(path);
  checkOptions(options);
  const [name, bytes] = [basename(path), await readBytes(path)];
  if (/\.npy$/i.test(name)) return checked(readNpy(bytes, name), name, options.dimensions);
  const { rows, width } = /\.star$/i.test(name) ? starAngles(bytes, name) : readNumberTable(bytes, name);
  const dimensions = options.dimensions ?? (width === 1 ? 2 : 3);
  if (rows.length === 0 || (width !== 3 && (width !== 1 || dimensions !== 2)))
    throw new RotoscopeError(
      "file",
      `${name}: ${rows.length / (width || 1)} lines of ${width} values, expected rot, tilt and psi in degrees${dimensions === 2 ? ", or psi" : ""}`,
    );
  const count = rows.length / width;
  const data = new Float32Array(count * dimensions ** 2);
  for (let index = 0; index < count; index++) {
    const [rot, tilt, psi] = width === 1 ? [0, 0, rows[index]!] : rows.subarray(3 * index, 3 * index + 3);
    const matrix = matrixFromRelionAngles(rot!, tilt!, psi!);
    if (dimensions === 2 && Math.abs(tilt!) > 1e-3)
      throw new RotoscopeError(
        "file",
        `${name}: rotation ${index + 1} has a tilt of ${tilt} degrees, the search is in 2-D`,
      );
    data.set(dimensions === 3 ? matrix : [matrix[4]!, matrix[5]!, matrix[7]!, matrix[8]!], index * dimensions ** 2);
  }
  return ndarray(data, [count, dimensions, dimensions]);
}

function checked(
  { data, shape }: NdArray<Float32Array | Float64Array>,
  name: string,
  dimensions: number | undefined,
): NdArray<Float32Array> {
  const [count, rows, columns] = shape;
  const expected = dimensions ?? rows;
  if (shape.length !== 3 || !count || rows !== columns || rows !== expected || (rows !== 2 && rows !== 3))
    throw new RotoscopeError(
      "shape",
      `${name}: shape [${shape.join(", ")}], expected [n, ${dimensions ?? "d"}, ${dimensions ?? "d"}]`,
    );
  return ndarray(Float32Array.from(data), shape);
}

function starAngles(bytes: Uint8Array, name: string): { readonly rows: Float64Array; readonly width: number } {
  const found = readStar(bytes, name)
    .flatMap((block) => PREFIXES.map((prefix) => ANGLES.map((angle) => block.columns.get(`${prefix}${angle}`))))
    .find((angles) => angles.every((values) => values instanceof Float64Array)) as Float64Array[] | undefined;
  if (!found)
    throw new RotoscopeError("file", `${name}: no block with the numbers rlnAngleRot, rlnAngleTilt, rlnAnglePsi`);
  const rows = new Float64Array(3 * found[0]!.length);
  found.forEach((values, angle) => {
    values.forEach((value, row) => {
      rows[3 * row + angle] = value;
    });
  });
  return { rows, width: 3 };
}
