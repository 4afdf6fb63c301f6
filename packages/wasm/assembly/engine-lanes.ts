/** Lines of a vector: four real parts, then four imaginary parts, of 32 bits each. */
export const LANES: i32 = 4;
/** Bytes of a tile >> this = lines. */
export const LINE_SHIFT: i32 = 3;

/** Rows and lanes exchanged: LANES rows of one vector each become as many rows of one vector each. */
// @ts-ignore: decorator
@inline
export function transpose(from: usize, fromPitch: usize, to: usize, toPitch: usize): void {
  transposeParts(from, fromPitch, to, toPitch);
  transposeParts(from + 16, fromPitch, to + 16, toPitch);
}

// @ts-ignore: decorator
@inline
function transposeParts(from: usize, fromPitch: usize, to: usize, toPitch: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + fromPitch);
  const r2 = v128.load(from + 2 * fromPitch), r3 = v128.load(from + 3 * fromPitch);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), b = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const c = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(a, c, 0, 2));
  v128.store(to + toPitch, v128.shuffle<i64>(a, c, 1, 3));
  v128.store(to + 2 * toPitch, v128.shuffle<i64>(b, d, 0, 2));
  v128.store(to + 3 * toPitch, v128.shuffle<i64>(b, d, 1, 3));
}
