/** Writes `first` + the numbers of the voxels that equal `highest` and are not -Infinity (or NaN) to `voxels`, ascending; returns how many. */
export function equalVoxels(scores: usize, highest: usize, count: i32, first: i32, voxels: usize): i32 {
  const begin = voxels;
  const lowest = f32x4.splat(-Infinity);
  let at: i32 = 0;
  for (; at + 4 <= count; at += 4) {
    const score = v128.load(scores + (<usize>at << 2));
    const equal = f32x4.eq(score, v128.load(highest + (<usize>at << 2)));
    voxels = write(voxels, v128.and(equal, f32x4.gt(score, lowest)), first + at);
  }
  for (; at < count; at++) {
    const score = load<f32>(scores + (<usize>at << 2));
    if (score != load<f32>(highest + (<usize>at << 2)) || !(score > -Infinity)) continue;
    store<i32>(voxels, first + at);
    voxels += 4;
  }
  return <i32>((voxels - begin) >> 2);
}

/** Writes `first` + the numbers of the voxels above `threshold` to `voxels`, ascending; returns how many. */
export function higherVoxels(scores: usize, threshold: f32, count: i32, first: i32, voxels: usize): i32 {
  const begin = voxels;
  const limit = f32x4.splat(threshold);
  let at: i32 = 0;
  for (; at + 16 <= count; at += 16) {
    const from = scores + (<usize>at << 2);
    const a = f32x4.gt(v128.load(from), limit);
    const b = f32x4.gt(v128.load(from, 16), limit);
    const c = f32x4.gt(v128.load(from, 32), limit);
    const d = f32x4.gt(v128.load(from, 48), limit);
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    voxels = write(write(voxels, a, first + at), b, first + at + 4);
    voxels = write(write(voxels, c, first + at + 8), d, first + at + 12);
  }
  for (; at + 4 <= count; at += 4)
    voxels = write(voxels, f32x4.gt(v128.load(scores + (<usize>at << 2)), limit), first + at);
  for (; at < count; at++) {
    if (!(load<f32>(scores + (<usize>at << 2)) > threshold)) continue;
    store<i32>(voxels, first + at);
    voxels += 4;
  }
  return <i32>((voxels - begin) >> 2);
}

// @ts-ignore: decorator
@inline
function write(voxels: usize, chosen: v128, first: i32): usize {
  for (let mask = i32x4.bitmask(chosen); mask != 0; mask &= mask - 1) {
    store<i32>(voxels, first + ctz(mask));
    voxels += 4;
  }
  return voxels;
}
