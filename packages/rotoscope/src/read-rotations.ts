import { readArrow } from "@rotoscope/arrow";
import { type NdArray, ndarray, RotoscopeError } from "@rotoscope/core";
import { type RotationReadOptions, readRotationFile } from "@rotoscope/formats";

/**
 * Reads a list of rotations for `match`: matrices n x d x d in array axis order, target to template.
 *
 * An Arrow result gives its rotations in the order of their numbers; for the others see `readRotationFile`: `.npy` with matrices, `.star` with RELION's angles, text with
 * rot, tilt and psi (RELION's Z-Y-Z, degrees) in each line. Throws a `RotoscopeError` (`file`, `shape`) that names the file.
 *
 * @example
 * const search = match({ target, template, rotations: await readRotations("particles.star") });
 */
export async function readRotations(path: string, options: RotationReadOptions = {}): Promise<NdArray<Float32Array>> {
  if (!/\.(arrow|feather)$/i.test(path)) return readRotationFile(path, options);
  const { rotationMapping } = await readArrow(path);
  const matrices = [...rotationMapping].sort(([a], [b]) => a - b).map(([, matrix]) => matrix);
  const elements = matrices[0]?.length ?? 0;
  const dimensions = Math.sqrt(elements);
  if (elements === 0 || (options.dimensions && options.dimensions !== dimensions))
    throw new RotoscopeError(
      "shape",
      `${path}: ${matrices.length} rotations of ${dimensions} x ${dimensions}, expected ${options.dimensions ?? "some"}`,
    );
  const data = new Float32Array(matrices.length * elements);
  matrices.forEach((matrix, index) => {
    data.set(matrix, index * elements);
  });
  return ndarray(data, [matrices.length, dimensions, dimensions]);
}
