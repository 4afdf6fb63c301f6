/** The first rotation index outside -1 ... count - 1; null when there is none. */
export function strayRotation(rotations: Int32Array, count: number): number | null {
  for (let i = 0; i < rotations.length; i++) if ((rotations[i]! + 1) >>> 0 > count) return rotations[i]!;
  return null;
}
