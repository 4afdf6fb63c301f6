/**
 * Takes one rotation's scores into the maxima at `from` ... `to` - 1, and returns the sum of the squares of those scores.
 *
 * Where `scores` > `best` (strictly): best := score, rotations := index. Where they are equal and index < rotations: rotations := index (a rotation of -1 stays).
 * NaN does neither and counts as 0 in the sum.
 *
 * The sum is made of eight float64 lanes that start at 0: the square of voxel v, in float64, is added to lane (v - from) mod 8, v ascending; the outcome is
 * ((l0 + l4) + (l2 + l6)) + ((l1 + l5) + (l3 + l7)). So that SIMD gives the same bits.
 */
export function updateMaxima(
  best: Float32Array,
  rotations: Int32Array,
  scores: Float32Array,
  index: number,
  from: number,
  to: number,
): number {
  const lanes = new Float64Array(8);
  for (let voxel = from; voxel < to; voxel++) {
    const score = scores[voxel]!;
    if (Number.isNaN(score)) continue;
    lanes[(voxel - from) & 7]! += score * score;
    const current = best[voxel]!;
    if (score > current) {
      best[voxel] = score;
      rotations[voxel] = index;
    } else if (score === current && index < rotations[voxel]!) rotations[voxel] = index;
  }
  return sumOfLanes(lanes);
}

/** Adds eight lanes in the order that `updateMaxima` defines. */
export function sumOfLanes(lanes: Float64Array): number {
  const [l0, l1, l2, l3, l4, l5, l6, l7] = lanes as unknown as Octet;
  return l0 + l4 + (l2 + l6) + (l1 + l5 + (l3 + l7));
}

type Octet = [number, number, number, number, number, number, number, number];
