/** Lines of a vector: two real parts, then two imaginary parts, of 64 bits each. Takes the place of engine-lanes.ts in double precision. */
export const LANES: i32 = 2;
/** Bytes of a tile >> this = lines. */
export const LINE_SHIFT: i32 = 4;

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
  const a = v128.load(from), b = v128.load(from + fromPitch);
  v128.store(to, v128.shuffle<i64>(a, b, 0, 2));
  v128.store(to + toPitch, v128.shuffle<i64>(a, b, 1, 3));
}
