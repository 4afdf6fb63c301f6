/**
 * Takes `count` neighbouring voxels of a split into the joint maxima. The higher score wins, its rotation r becoming the element r + 1 of the int32 table `joint`.
 * Where they are equal the lower joint rotation wins; any rotation wins over -1 when the score is above `threshold`, and -1 over none.
 */
export function mergeRow(
  best: usize,
  rotations: usize,
  scores: usize,
  winners: usize,
  count: i32,
  joint: usize,
  threshold: f32,
): void {
  let at: i32 = 0;
  for (; at + 4 <= count; at += 4) {
    const offset = <usize>at << 2;
    const score = v128.load(scores + offset);
    const current = v128.load(best + offset);
    if (!v128.any_true(f32x4.ge(score, current))) continue;
    const holder = v128.load(rotations + offset);
    const from = winners + offset;
    let rotation = i32x4.splat(jointOf(from, joint));
    rotation = i32x4.replace_lane(rotation, 1, jointOf(from + 4, joint));
    rotation = i32x4.replace_lane(rotation, 2, jointOf(from + 8, joint));
    rotation = i32x4.replace_lane(rotation, 3, jointOf(from + 12, joint));
    const better = f32x4.gt(score, current);
    const held = v128.or(i32x4.ne(holder, i32x4.splat(-1)), f32x4.gt(score, f32x4.splat(threshold)));
    const lower = v128.and(f32x4.eq(score, current), v128.and(i32x4.lt_u(rotation, holder), held));
    v128.store(best + offset, v128.bitselect(score, current, better));
    v128.store(rotations + offset, v128.bitselect(rotation, holder, v128.or(better, lower)));
  }
  for (; at < count; at++) {
    const offset = <usize>at << 2;
    const score = load<f32>(scores + offset);
    const current = load<f32>(best + offset);
    if (!(score >= current)) continue;
    const rotation = jointOf(winners + offset, joint);
    const holder = load<i32>(rotations + offset);
    if (score > current) store<f32>(best + offset, score);
    else if (<u32>rotation >= <u32>holder || (holder == -1 && !(score > threshold))) continue;
    store<i32>(rotations + offset, rotation);
  }
}

// @ts-ignore: decorator
@inline
function jointOf(winner: usize, joint: usize): i32 {
  return load<i32>(joint + (<usize>(load<i32>(winner) + 1) << 2));
}
