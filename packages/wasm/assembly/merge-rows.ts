/**
 * Takes `rows` rows of `length` neighbouring voxels of a piece into the joint maxima, whose rows are `stride` bytes apart. The higher score wins, and `places` becomes its rotation's element of
 * the int32 table `joint`: winner + `first`. Where scores are equal the lower joint rotation wins; any rotation wins over -1 when the score is above `threshold`, and -1 over none.
 *
 * Returns whether there was a winner that is not among the `most` from -1 on: then the maxima are of no use. Only equal scores need the table here.
 */
export function mergeRows(
  best: usize,
  places: usize,
  stride: usize,
  scores: usize,
  winners: usize,
  rows: i32,
  length: i32,
  joint: usize,
  first: i32,
  most: i32,
  threshold: f32,
): bool {
  const bytes = <usize>length << 2;
  let stray = i32x4.splat(0);
  for (let row: i32 = 0; row < rows; row++) {
    stray = v128.or(stray, mergeRow(best, places, scores, winners, bytes, joint, first, most, threshold));
    best += stride;
    places += stride;
    scores += bytes;
    winners += bytes;
  }
  return v128.any_true(stray);
}

/** Replaces `count` places in the table `joint` by what stands there. */
export function takeJoints(places: usize, count: i32, joint: usize): void {
  const end = places + (<usize>count << 2);
  for (; places + 16 <= end; places += 16) {
    const a = jointAt(load<i32>(places), joint);
    const b = jointAt(load<i32>(places, 4), joint);
    const c = jointAt(load<i32>(places, 8), joint);
    const d = jointAt(load<i32>(places, 12), joint);
    store<i32>(places, a);
    store<i32>(places, b, 4);
    store<i32>(places, c, 8);
    store<i32>(places, d, 12);
  }
  for (; places < end; places += 4) store<i32>(places, jointAt(load<i32>(places), joint));
}

// @ts-ignore: decorator
@inline
function mergeRow(
  best: usize,
  places: usize,
  scores: usize,
  winners: usize,
  bytes: usize,
  joint: usize,
  first: i32,
  most: i32,
  threshold: f32,
): v128 {
  const shift = i32x4.splat(first);
  const one = i32x4.splat(1);
  const limit = i32x4.splat(most);
  const least = f32x4.splat(threshold);
  let stray = i32x4.splat(0);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const score = v128.load(scores + at);
    const winner = v128.load(winners + at);
    const current = v128.load(best + at);
    const holder = v128.load(places + at);
    const better = f32x4.gt(score, current);
    stray = v128.or(stray, i32x4.ge_u(i32x4.add(winner, one), limit));
    v128.store(best + at, v128.bitselect(score, current, better));
    v128.store(places + at, v128.bitselect(i32x4.add(winner, shift), holder, better));
    if (v128.any_true(v128.and(f32x4.eq(score, current), f32x4.gt(score, least))))
      for (let lane = at; lane < at + 16; lane += 4)
        if (load<f32>(scores + lane) == load<f32>(best + lane) && load<f32>(best + lane) > threshold)
          settle(places + lane, load<i32>(winners + lane), joint, first, most);
  }
  for (; at < bytes; at += 4) {
    const score = load<f32>(scores + at);
    const winner = load<i32>(winners + at);
    if (<u32>(winner + 1) >= <u32>most) stray = one;
    if (score > load<f32>(best + at)) {
      store<f32>(best + at, score);
      store<i32>(places + at, winner + first);
    } else if (score == load<f32>(best + at) && score > threshold) settle(places + at, winner, joint, first, most);
  }
  return stray;
}

/** Gives a voxel whose scores are equal, and above the threshold, to the lower joint rotation. */
function settle(place: usize, winner: i32, joint: usize, first: i32, most: i32): void {
  if (<u32>(winner + 1) >= <u32>most) return;
  const rotation = jointAt(winner + first, joint);
  if (<u32>rotation < <u32>jointAt(load<i32>(place), joint)) store<i32>(place, winner + first);
}

// @ts-ignore: decorator
@inline
function jointAt(place: i32, joint: usize): i32 {
  return load<i32>(joint + (<usize>place << 2));
}
