/** Writes `first` + the numbers of the voxels whose score is greater than their maximum to `voxels`, ascending, and those scores to `improved`; returns how many. */
export function improvedVoxels(best: usize, scores: usize, count: i32, first: i32, voxels: usize, improved: usize): i32 {
  const begin = voxels;
  let at: i32 = 0;
  for (; at + 16 <= count; at += 16) {
    const offset = <usize>at << 2;
    const g0 = greater(scores + offset, best + offset);
    const g1 = greater(scores + offset + 16, best + offset + 16);
    const g2 = greater(scores + offset + 32, best + offset + 32);
    const g3 = greater(scores + offset + 48, best + offset + 48);
    const low = i16x8.narrow_i32x4_s(g0, g1);
    const high = i16x8.narrow_i32x4_s(g2, g3);
    for (let mask = i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)); mask != 0; mask &= mask - 1) {
      const voxel = at + ctz(mask);
      store<i32>(voxels, first + voxel);
      store<f32>(improved, load<f32>(scores + (<usize>voxel << 2)));
      voxels += 4;
      improved += 4;
    }
  }
  for (; at < count; at++) {
    const offset = <usize>at << 2;
    if (!(load<f32>(scores + offset) > load<f32>(best + offset))) continue;
    store<i32>(voxels, first + at);
    store<f32>(improved, load<f32>(scores + offset));
    voxels += 4;
    improved += 4;
  }
  return <i32>((voxels - begin) >> 2);
}

// @ts-ignore: decorator
@inline
function greater(scores: usize, best: usize): v128 {
  return f32x4.gt(v128.load(scores), v128.load(best));
}
