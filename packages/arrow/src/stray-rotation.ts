/** The first rotation index outside -1 ... count - 1; null when there is none. */
export function strayRotation(rotations: Int32Array, count: number): number | null {
  const last = (count - 1) | 0;
  let signs = 0;
  let i = 0;
  for (const end = rotations.length - 3; i < end; i += 4) {
    const [a, b, c, d] = [rotations[i]!, rotations[i + 1]!, rotations[i + 2]!, rotations[i + 3]!];
    signs |= (a + 1) | 0 | ((last - a) | 0) | ((b + 1) | 0) | ((last - b) | 0);
    signs |= (c + 1) | 0 | ((last - c) | 0) | ((d + 1) | 0) | ((last - d) | 0);
  }
  for (; i < rotations.length; i++) signs |= (rotations[i]! + 1) | 0 | ((last - rotations[i]!) | 0);
  if (signs >= 0) return null;
  return rotations.find((rotation) => rotation < -1 || rotation >= count) ?? null;
}
