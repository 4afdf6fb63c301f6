/**
 * Takes `count` scores into the maxima and adds their squares to the eight float64 lanes at `lanes`, which are never NaN: voxel v to lane v mod 8, v ascending.
 *
 * Where a score is greater, `best` and `rotations` take it; where it is equal, the lower rotation index. NaN does neither and counts as 0.
 */
export function updateMaxima(best: usize, rotations: usize, scores: usize, index: i32, count: i32, lanes: usize): void {
  let a = v128.load(lanes);
  let b = v128.load(lanes, 16);
  let c = v128.load(lanes, 32);
  let d = v128.load(lanes, 48);
  const start = scores;
  const end = scores + ((<usize>count & ~7) << 2);
  while (scores + 64 <= end) {
    const s0 = v128.load(scores);
    const s1 = v128.load(scores, 16);
    const s2 = v128.load(scores, 32);
    const s3 = v128.load(scores, 48);
    const low = v128.or(f32x4.ge(s0, v128.load(best)), f32x4.ge(s1, v128.load(best, 16)));
    const high = v128.or(f32x4.ge(s2, v128.load(best, 32)), f32x4.ge(s3, v128.load(best, 48)));
    a = addSquares(addSquares(a, s0), s2);
    b = addSquares(addSquares(b, upperHalf(s0)), upperHalf(s2));
    c = addSquares(addSquares(c, s1), s3);
    d = addSquares(addSquares(d, upperHalf(s1)), upperHalf(s3));
    if (v128.any_true(v128.or(low, high))) {
      take(best, rotations, s0, index);
      take(best + 16, rotations + 16, s1, index);
      take(best + 32, rotations + 32, s2, index);
      take(best + 48, rotations + 48, s3, index);
    }
    scores += 64;
    best += 64;
    rotations += 64;
  }
  if (scores < end) {
    const s0 = v128.load(scores);
    const s1 = v128.load(scores, 16);
    a = addSquares(a, s0);
    b = addSquares(b, upperHalf(s0));
    c = addSquares(c, s1);
    d = addSquares(d, upperHalf(s1));
    take(best, rotations, s0, index);
    take(best + 16, rotations + 16, s1, index);
    scores += 32;
    best += 32;
    rotations += 32;
  }
  if (hasNaN(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)))) addSquaresOfNumbers(start, end, lanes);
  else {
    v128.store(lanes, a);
    v128.store(lanes, b, 16);
    v128.store(lanes, c, 32);
    v128.store(lanes, d, 48);
  }
  for (let rest: i32 = 0; rest < (count & 7); rest++) {
    const score = load<f32>(scores + (<usize>rest << 2));
    if (score != score) continue;
    const lane = lanes + (<usize>rest << 3);
    store<f64>(lane, load<f64>(lane) + <f64>score * <f64>score);
    const bestAt = best + (<usize>rest << 2);
    const rotationAt = rotations + (<usize>rest << 2);
    if (score > load<f32>(bestAt)) {
      store<f32>(bestAt, score);
      store<i32>(rotationAt, index);
    } else if (score == load<f32>(bestAt) && index < load<i32>(rotationAt)) store<i32>(rotationAt, index);
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

/** The sum of the lanes in the order that the plain kernel defines. */
export function lanesInOrder(lanes: usize): f64 {
  const even = f64x2.add(v128.load(lanes), v128.load(lanes, 32));
  const odd = f64x2.add(v128.load(lanes, 16), v128.load(lanes, 48));
  const sums = f64x2.add(even, odd);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
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

/** Adds the squares of the two lower scores, in float64. */
// @ts-ignore: decorator
@inline
function addSquares(sums: v128, scores: v128): v128 {
  const wide = f64x2.promote_low_f32x4(scores);
  return f64x2.add(sums, f64x2.mul(wide, wide));
}

// @ts-ignore: decorator
@inline
function upperHalf(scores: v128): v128 {
  return i8x16.shuffle(scores, scores, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

function addSquaresOfNumbers(scores: usize, end: usize, lanes: usize): void {
  let a = v128.load(lanes);
  let b = v128.load(lanes, 16);
  let c = v128.load(lanes, 32);
  let d = v128.load(lanes, 48);
  for (; scores < end; scores += 32) {
    const s0 = numbers(v128.load(scores));
    const s1 = numbers(v128.load(scores, 16));
    a = addSquares(a, s0);
    b = addSquares(b, upperHalf(s0));
    c = addSquares(c, s1);
    d = addSquares(d, upperHalf(s1));
  }
  v128.store(lanes, a);
  v128.store(lanes, b, 16);
  v128.store(lanes, c, 32);
  v128.store(lanes, d, 48);
}

/** NaN becomes 0. */
// @ts-ignore: decorator
@inline
function numbers(scores: v128): v128 {
  return v128.and(scores, f32x4.eq(scores, scores));
}

// @ts-ignore: decorator
@inline
function hasNaN(sums: v128): bool {
  return v128.any_true(f64x2.ne(sums, sums));
}
