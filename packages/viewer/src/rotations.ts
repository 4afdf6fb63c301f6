import { relionAngles } from "@rotoscope/formats/euler";
import type { Angles } from "./readout.js";

/** The rotations of a view by their index. */
export interface Rotations {
  readonly count: number;
  /** 3 x 3, row-major, axes z, y, x, target to template; null for an index that isn't known. */
  matrix(index: number): Float32Array | null;
  /** RELION's angles in degrees; null for an index that isn't known. */
  angles(index: number): Angles | null;
}

/** From n x 9 numbers; a rotation that is not known is all zeros. */
export function rotationsOf(matrices: Float32Array): Rotations {
  const known = new Map<number, Angles | null>();
  const matrix = (index: number) => {
    const found = matrices.subarray(index * 9, index * 9 + 9);
    return index >= 0 && found.length === 9 && found.some((value) => value !== 0) ? found : null;
  };
  return {
    count: matrices.length / 9,
    matrix,
    angles(index) {
      const before = known.get(index);
      if (before !== undefined) return before;
      const angles = anglesOf(matrix(index));
      known.set(index, angles);
      return angles;
    },
  };
}

function anglesOf(matrix: Float32Array | null): Angles | null {
  if (!matrix) return null;
  try {
    return relionAngles(matrix);
  } catch {
    return null;
  }
}
