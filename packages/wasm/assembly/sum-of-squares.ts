/** The sum of the squares of `count` scores, a piece of the plain kernel's at most, in its order. */
export function sumOfSquares(scores: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  const quarter = quarterBytes(count);
  const third: usize = 2 * quarter;
  const fourth: usize = 3 * quarter;
  for (let from = scores; from < scores + quarter; from += 16) {
    const first = f32x4.add(squares(v128.load(from)), squares(v128.load(from + quarter)));
    const sums = f32x4.add(first, f32x4.add(squares(v128.load(from + third)), squares(v128.load(from + fourth))));
    low = f64x2.add(low, f64x2.promote_low_f32x4(sums));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sums)));
  }
  return sumWithRest(low, high, scores, count);
}

/** Bytes of a quarter: an odd number of 64. */
// @ts-ignore: decorator
@inline
function quarterBytes(count: i32): usize {
  const groups = count >> 6;
  return groups == 0 ? 0 : <usize>((groups - 1) | 1) << 6;
}

/** The lanes `low` and `high` of the quarters and the squares of what follows them; all anew in float64 where float32 doesn't do. */
export function sumWithRest(low: v128, high: v128, scores: usize, count: i32): f64 {
  const end = scores + (<usize>count << 2);
  for (let from = scores + 4 * quarterBytes(count); from < end; from += 16) {
    const rest = squares(scoresUntil(from, end));
    low = f64x2.add(low, f64x2.promote_low_f32x4(rest));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(rest)));
  }
  const sum = sumOfLanes(low, high);
  return sum >= 1e-20 && sum < Infinity ? sum : sumInFloat64(scores, end);
}

function sumInFloat64(scores: usize, end: usize): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (; scores < end; scores += 16) {
    const all = scoresUntil(scores, end);
    const numbers = v128.and(all, f32x4.eq(all, all));
    const first = f64x2.promote_low_f32x4(numbers);
    const second = f64x2.promote_low_f32x4(upperHalf(numbers));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  return sumOfLanes(low, high);
}

/** Four scores, 0 from `end` on. */
// @ts-ignore: decorator
@inline
function scoresUntil(from: usize, end: usize): v128 {
  if (from + 16 <= end) return v128.load(from);
  let scores = f32x4.splat(0);
  scores = f32x4.replace_lane(scores, 0, load<f32>(from));
  if (from + 4 < end) scores = f32x4.replace_lane(scores, 1, load<f32>(from, 4));
  if (from + 8 < end) scores = f32x4.replace_lane(scores, 2, load<f32>(from, 8));
  return scores;
}

// @ts-ignore: decorator
@inline
export function squares(scores: v128): v128 {
  return f32x4.mul(scores, scores);
}

// @ts-ignore: decorator
@inline
export function upperHalf(lanes: v128): v128 {
  return i8x16.shuffle(lanes, lanes, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

function sumOfLanes(low: v128, high: v128): f64 {
  const sums = f64x2.add(low, high);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}
