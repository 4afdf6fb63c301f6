/**
 * Takes `rows` rows of `length` neighbouring voxels of a split into the joint maxima, whose rows are `stride` bytes apart. The higher score wins, its rotation r becoming the element
 * r + 1 of the int32 table `joint`. Where they are equal the lower joint rotation wins; any rotation wins over -1 when the score is above `threshold`, and -1 over none.
 */
export function mergeRows(
  best: usize,
  rotations: usize,
  stride: usize,
  scores: usize,
  winners: usize,
  rows: i32,
  length: i32,
  joint: usize,
  threshold: f32,
): void {
  const bytes = <usize>length << 2;
  for (let row: i32 = 0; row < rows; row++) {
    mergeRow(best, rotations, scores, winners, bytes, joint, threshold);
    best += stride;
    rotations += stride;
    scores += bytes;
    winners += bytes;
  }
}

/** The first of `count` winners that is none of the `most` first elements from -1 on, or, with `holes` in the table, that has -1 there; -1 when there is none. */
export function strayWinner(winners: usize, count: i32, joint: usize, most: i32, holes: bool): i32 {
  const end = winners + (<usize>count << 2);
  if (!holes) {
    const one = i32x4.splat(1);
    const limit = i32x4.splat(most);
    let stray = i32x4.splat(0);
    for (; winners + 16 <= end; winners += 16)
      stray = v128.or(stray, i32x4.ge_u(i32x4.add(v128.load(winners), one), limit));
    if (v128.any_true(stray)) winners = end - (<usize>count << 2);
  }
  for (; winners < end; winners += 4) {
    const winner = load<i32>(winners);
    if (<u32>(winner + 1) >= <u32>most || (winner != -1 && jointOf(winners, joint) == -1)) return winner;
  }
  return -1;
}

// @ts-ignore: decorator
@inline
function mergeRow(
  best: usize,
  rotations: usize,
  scores: usize,
  winners: usize,
  bytes: usize,
  joint: usize,
  threshold: f32,
): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const score = v128.load(scores + at);
    const current = v128.load(best + at);
    if (!v128.any_true(f32x4.ge(score, current))) continue;
    const holder = v128.load(rotations + at);
    const from = winners + at;
    let rotation = v128.load32_zero(jointAt(from, joint));
    rotation = v128.load32_lane(jointAt(from + 4, joint), rotation, 1);
    rotation = v128.load32_lane(jointAt(from + 8, joint), rotation, 2);
    rotation = v128.load32_lane(jointAt(from + 12, joint), rotation, 3);
    const better = f32x4.gt(score, current);
    const held = v128.or(i32x4.ne(holder, i32x4.splat(-1)), f32x4.gt(score, f32x4.splat(threshold)));
    const lower = v128.and(f32x4.eq(score, current), v128.and(i32x4.lt_u(rotation, holder), held));
    v128.store(best + at, v128.bitselect(score, current, better));
    v128.store(rotations + at, v128.bitselect(rotation, holder, v128.or(better, lower)));
  }
  for (; at < bytes; at += 4) {
    const score = load<f32>(scores + at);
    const current = load<f32>(best + at);
    if (!(score >= current)) continue;
    const rotation = jointOf(winners + at, joint);
    const holder = load<i32>(rotations + at);
    if (score > current) store<f32>(best + at, score);
    else if (<u32>rotation >= <u32>holder || (holder == -1 && !(score > threshold))) continue;
    store<i32>(rotations + at, rotation);
  }
}

// @ts-ignore: decorator
@inline
function jointAt(winner: usize, joint: usize): usize {
  return joint + (<usize>(load<i32>(winner) + 1) << 2);
}

// @ts-ignore: decorator
@inline
function jointOf(winner: usize, joint: usize): i32 {
  return load<i32>(jointAt(winner, joint));
}
