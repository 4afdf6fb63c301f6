/** The first rotation index outside -1 ... count - 1; null when there is none. */
export function strayRotation(rotations: Int32Array, count: number): number | null {
  const last = (count - 1) | 0;
  let signs = 0;
  for (let i = 0; i < rotations.length; i++) signs |= (rotations[i]! + 1) | (last - rotations[i]!);
  if (signs >= 0) return null;
  return rotations.find((rotation) => rotation < -1 || rotation >= count) ?? null;
}
