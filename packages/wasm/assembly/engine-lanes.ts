/** Lines of a vector: four real parts, then four imaginary parts, of 32 bits each. */
export const LANES: i32 = 4;
/** Bytes of a tile >> this = lines. */
export const LINE_SHIFT: i32 = 3;

/** Rows and lanes exchanged: LANES rows of one vector each become as many rows of one vector each. */
// @ts-ignore: decorator
@inline
export function transpose(from: usize, fromPitch: usize, to: usize, toPitch: usize): void {
  const from1 = from + fromPitch, from2 = from + 2 * fromPitch, from3 = from + 3 * fromPitch;
  const to1 = to + toPitch, to2 = to + 2 * toPitch, to3 = to + 3 * toPitch;
  let r0 = v128.load(from), r1 = v128.load(from1), r2 = v128.load(from2), r3 = v128.load(from3);
  let a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), b = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  let c = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(a, c, 0, 2));
  v128.store(to1, v128.shuffle<i64>(a, c, 1, 3));
  v128.store(to2, v128.shuffle<i64>(b, d, 0, 2));
  v128.store(to3, v128.shuffle<i64>(b, d, 1, 3));
  // The imaginary parts, 16 bytes on, at the same addresses.
  r0 = v128.load(from, 16), r1 = v128.load(from1, 16), r2 = v128.load(from2, 16), r3 = v128.load(from3, 16);
  a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), b = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  c = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(a, c, 0, 2), 16);
  v128.store(to1, v128.shuffle<i64>(a, c, 1, 3), 16);
  v128.store(to2, v128.shuffle<i64>(b, d, 0, 2), 16);
  v128.store(to3, v128.shuffle<i64>(b, d, 1, 3), 16);
}
