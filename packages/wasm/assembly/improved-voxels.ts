/** Writes `first` + the numbers of the voxels whose score is greater than their maximum to `voxels`, ascending; returns how many. */
export function improvedVoxels(best: usize, scores: usize, count: i32, first: i32, voxels: usize): i32 {
  const begin = voxels;
  let at: i32 = 0;
  for (; at + 4 <= count; at += 4) {
    const offset = <usize>at << 2;
    let mask = i32x4.bitmask(f32x4.gt(v128.load(scores + offset), v128.load(best + offset)));
    for (; mask != 0; mask &= mask - 1) {
      store<i32>(voxels, first + at + ctz(mask));
      voxels += 4;
    }
  }
  for (; at < count; at++) {
    const offset = <usize>at << 2;
    if (!(load<f32>(scores + offset) > load<f32>(best + offset))) continue;
    store<i32>(voxels, first + at);
    voxels += 4;
  }
  return <i32>((voxels - begin) >> 2);
}
