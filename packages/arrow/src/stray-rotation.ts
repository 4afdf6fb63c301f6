/** The first rotation index outside -1 ... count - 1; null when there is none. */
export function strayRotation(rotations: Int32Array, count: number): number | null {
  const last = count - 1;
  for (let i = 0; i < rotations.length; i++) {
    const rotation = rotations[i]!;
    if (rotation < -1 || rotation > last) return rotation;
  }
  return null;
}
