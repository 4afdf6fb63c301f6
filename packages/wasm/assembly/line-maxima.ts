/** Bytes of a tile of columns: it stays in the first-level cache. */
const TILE: usize = 16384;

/** Replaces NaN by -Infinity. */
export function withoutNaN(data: usize, count: i32): void {
  const lowest = f32x4.splat(-Infinity);
  let at: i32 = 0;
  for (; at + 4 <= count; at += 4) {
    const value = v128.load(data + (<usize>at << 2));
    v128.store(data + (<usize>at << 2), v128.bitselect(value, lowest, f32x4.eq(value, value)));
  }
  for (; at < count; at++) {
    const value = load<f32>(data + (<usize>at << 2));
    if (value != value) store<f32>(data + (<usize>at << 2), -Infinity);
  }
}

/**
 * Replaces each of `rows` rows of `length` neighbouring elements by the maxima of the windows [p - back, p - back + size), size > 1; outside counts as -Infinity.
 *
 * `line` is room for length + size + 3 elements.
 */
export function rowMaxima(data: usize, rows: i32, length: i32, size: i32, back: i32, line: usize): void {
  const padded = length + size - 1;
  const bytes = <usize>length << 2;
  const start = line + (<usize>back << 2);
  for (let row: i32 = 0; row < rows; row++, data += bytes) {
    fillLowest(line, back);
    fillLowest(start + bytes, size + 3 - back);
    copy(start, data, bytes);
    const reach = halfWindows(line, padded, size, 4);
    maxima(data, line, line + (<usize>(size - reach) << 2), bytes);
  }
}

/**
 * Like `rowMaxima` for elements that are `step` apart: lines of `length` in each of `slabs` slabs of length x step elements. Only the first `wanted` elements of a
 * line are replaced; wanted + size - 1 >= length + back.
 *
 * `tile` is room for max(16 KB, (length + size) * 64 bytes).
 */
export function columnMaxima(
  data: usize,
  slabs: i32,
  length: i32,
  wanted: i32,
  step: i32,
  size: i32,
  back: i32,
  tile: usize,
): void {
  const padded = wanted + size - 1;
  const bytes = <usize>step << 2;
  const widest = max<usize>(64, (TILE / padded) & ~63);
  for (let slab: i32 = 0; slab < slabs; slab++, data += bytes * length)
    for (let column: usize = 0; column < bytes; column += widest) {
      const width = min(widest, bytes - column);
      const group = (width + 15) & ~15;
      const start = tile + group * back;
      fillLowest(tile, back * <i32>(group >> 2));
      fillLowest(start + group * length, (padded - back - length) * <i32>(group >> 2));
      for (let at: i32 = 0; at < length; at++) copy(start + group * at, data + column + bytes * at, width);
      const reach = halfWindows(tile, padded, size, <i32>group);
      const later = tile + group * (size - reach);
      for (let at: i32 = 0; at < wanted; at++)
        maxima(data + column + bytes * at, tile + group * at, later + group * at, width);
    }
}

/**
 * The maxima of windows of 1, 2, 4, ... groups of `group` bytes, in place, up to at least half of `size`; returns how many. Two of them that overlap make up a window of
 * `size`. Those that reach beyond the end are of no use.
 */
function halfWindows(data: usize, count: i32, size: i32, group: i32): i32 {
  let reach: i32 = 1;
  for (; 2 * reach < size; reach *= 2) {
    const later = data + <usize>reach * group;
    const bytes = (<usize>(count - reach) * group + 15) & ~15;
    for (let at: usize = 0; at < bytes; at += 16)
      v128.store(data + at, f32x4.pmax(v128.load(data + at), v128.load(later + at)));
  }
  return reach;
}

// @ts-ignore: decorator
@inline
function maxima(to: usize, a: usize, b: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, f32x4.pmax(v128.load(a + at), v128.load(b + at)));
  for (; at < bytes; at += 4) store<f32>(to + at, max<f32>(load<f32>(a + at), load<f32>(b + at)));
}

/** Faster than `memory.copy` for a few cache lines. */
// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, bytes: usize): void {
  const end = from + bytes;
  for (; from + 16 <= end; from += 16, to += 16) v128.store(to, v128.load(from));
  for (; from < end; from += 4, to += 4) store<f32>(to, load<f32>(from));
}

/** Fills `count` elements, and up to three more. */
function fillLowest(data: usize, count: i32): void {
  const lowest = f32x4.splat(-Infinity);
  for (const end = data + (<usize>count << 2); data < end; data += 16) v128.store(data, lowest);
}
