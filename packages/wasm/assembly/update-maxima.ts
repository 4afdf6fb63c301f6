import { squares, sumOfSquares, sumWithRest, upperHalf } from "./sum-of-squares";

/** Scores of a whole piece of the plain `sumOfSquares`. */
const PIECE: i32 = 32_768;

/** Bytes of a quarter of a whole piece: `quarterBytes(PIECE)`. */
const QUARTER: usize = 32_704;

/**
 * Takes `count` scores, a piece of the plain `sumOfSquares` at most, into the maxima; returns the sum of their squares.
 *
 * Where a score is greater, `best` and `rotations` take it; where it is equal, the lower rotation index. NaN does neither. Four quarters of a whole piece go side by side: the
 * memory's next pages are waited for together, and an odd number of cache lines apart they don't displace one another. Their distance is known here, so that it costs nothing.
 */
export function updateMaxima(best: usize, rotations: usize, scores: usize, index: i32, count: i32): f64 {
  if (count != PIECE) {
    takeAll(best, rotations, scores, index, count);
    return sumOfSquares(scores, count);
  }
  let low = f64x2.splat(0);
  let high = low;
  let to = best;
  for (let from = scores; from < scores + QUARTER; from += 16, to += 16) {
    const s0 = v128.load(from);
    const s1 = v128.load(from, QUARTER);
    const s2 = v128.load(from, 2 * QUARTER);
    const s3 = v128.load(from, 3 * QUARTER);
    const first = v128.or(f32x4.ge(s0, v128.load(to)), f32x4.ge(s1, v128.load(to, QUARTER)));
    const second = v128.or(f32x4.ge(s2, v128.load(to, 2 * QUARTER)), f32x4.ge(s3, v128.load(to, 3 * QUARTER)));
    const sums = f32x4.add(f32x4.add(squares(s0), squares(s1)), f32x4.add(squares(s2), squares(s3)));
    low = f64x2.add(low, f64x2.promote_low_f32x4(sums));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sums)));
    if (i32x4.bitmask(v128.or(first, second)) == 0) continue;
    const winners = rotations + (to - best);
    take(to, winners, s0, index);
    take(to + QUARTER, winners + QUARTER, s1, index);
    take(to + 2 * QUARTER, winners + 2 * QUARTER, s2, index);
    take(to + 3 * QUARTER, winners + 3 * QUARTER, s3, index);
  }
  const done = 4 * QUARTER;
  takeAll(best + done, rotations + done, scores + done, index, PIECE - <i32>(done >> 2));
  return sumWithRest(low, high, scores, PIECE);
}

/** `updateMaxima`, without the sum, where only voxels whose byte of `inside` is not 0 may improve. */
export function updateMaximaWithin(
  best: usize,
  rotations: usize,
  scores: usize,
  index: i32,
  count: i32,
  inside: usize,
): void {
  let at: i32 = 0;
  while (at < count) {
    if (at + 16 <= count && !v128.any_true(v128.load(inside + at))) {
      at += 16;
      continue;
    }
    const offset = <usize>at << 2;
    if (load<u8>(inside + at) != 0) takeOne(best + offset, rotations + offset, load<f32>(scores + offset), index);
    at++;
  }
}

/** Whether no score reaches its maximum. */
export function maximaBelow(best: usize, scores: usize, count: i32): bool {
  const end = scores + ((<usize>count & ~3) << 2);
  let reached = i32x4.splat(0);
  for (; scores < end; scores += 16, best += 16)
    reached = v128.or(reached, f32x4.ge(v128.load(scores), v128.load(best)));
  let any = v128.any_true(reached);
  for (let rest: i32 = 0; rest < (count & 3); rest++)
    any = any || load<f32>(scores + (<usize>rest << 2)) >= load<f32>(best + (<usize>rest << 2));
  return !any;
}

function takeAll(best: usize, rotations: usize, scores: usize, index: i32, count: i32): void {
  const end = <usize>count << 2;
  let at: usize = 0;
  for (; at + 16 <= end; at += 16) {
    const group = v128.load(scores + at);
    if (i32x4.bitmask(f32x4.ge(group, v128.load(best + at))) != 0) take(best + at, rotations + at, group, index);
  }
  for (; at < end; at += 4) takeOne(best + at, rotations + at, load<f32>(scores + at), index);
}

// @ts-ignore: decorator
@inline
function take(best: usize, rotations: usize, scores: v128, index: i32): void {
  const old = v128.load(best);
  const winner = v128.load(rotations);
  const indices = i32x4.splat(index);
  const better = f32x4.gt(scores, old);
  const lower = v128.and(f32x4.eq(scores, old), i32x4.gt_s(winner, indices));
  v128.store(best, v128.bitselect(scores, old, better));
  v128.store(rotations, v128.bitselect(indices, winner, v128.or(better, lower)));
}

// @ts-ignore: decorator
@inline
function takeOne(best: usize, rotation: usize, score: f32, index: i32): void {
  const old = load<f32>(best);
  if (score > old) {
    store<f32>(best, score);
    store<i32>(rotation, index);
  } else if (score == old && index < load<i32>(rotation)) store<i32>(rotation, index);
}
