/** Voxels whose squares are added up by themselves: what a processor's cache holds. */
const PIECE = 32_768;

/** Sums below this may have lost squares that are too small for float32. */
const LEAST_SUM = 1e-20;

/**
 * The sum of the squares of the scores `from` ... `to` - 1, NaN as 0: the sum of its pieces of 32,768 voxels, in float64, in their order.
 *
 * A piece's sum is made of four float64 lanes that start at 0, as ((l0 + l2) + (l1 + l3)), so that SIMD gives the same bits. Four neighbouring quarters of the piece, each of
 * 16 times the highest odd number of voxels that fits, go side by side: with a, b, c, d the squares of their v-th scores, (a + b) + (c + d) is added to lane v mod 4,
 * v ascending; squares and sums in brackets are float32. Then the squares of what follows the quarters likewise. Should the outcome be NaN, infinite or below 1e-20, the square of
 * the piece's v-th score is added to lane v mod 4 instead, v ascending, all in float64, NaN left out.
 */
export function sumOfSquares(scores: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let start = from; start < to; start += PIECE) {
    const piece = scores.subarray(start, Math.min(start + PIECE, to));
    const quick = sumInFloat32(piece);
    sum += quick >= LEAST_SUM && quick < Number.POSITIVE_INFINITY ? quick : sumInFloat64(piece);
  }
  return sum;
}

function sumInFloat32(scores: Float32Array): number {
  const lanes = new Float64Array(4);
  const square = (at: number): number => Math.fround(scores[at]! * scores[at]!);
  const groups = scores.length >> 6;
  const quarter = groups === 0 ? 0 : 16 * ((groups - 1) | 1);
  for (let at = 0; at < quarter; at++) {
    const first = Math.fround(square(at) + square(at + quarter));
    const second = Math.fround(square(at + 2 * quarter) + square(at + 3 * quarter));
    lanes[at & 3]! += Math.fround(first + second);
  }
  for (let at = 4 * quarter; at < scores.length; at++) lanes[at & 3]! += square(at);
  return sumOfLanes(lanes);
}

function sumInFloat64(scores: Float32Array): number {
  const lanes = new Float64Array(4);
  scores.forEach((score, at) => {
    if (!Number.isNaN(score)) lanes[at & 3]! += score * score;
  });
  return sumOfLanes(lanes);
}

function sumOfLanes([l0, l1, l2, l3]: Float64Array): number {
  return l0! + l2! + (l1! + l3!);
}
