/** Columns that are handled side by side: their window stays in the cache. */
const WIDTH: usize = 64;

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
 * Replaces each of `rows` rows of `length` neighbouring elements by the maxima of the windows [p - back, p - back + size); outside counts as -Infinity.
 *
 * `line` is room for length + size + 3 elements.
 */
export function rowMaxima(data: usize, rows: i32, length: i32, size: i32, back: i32, line: usize): void {
  const padded = length + size - 1;
  const bytes = <usize>length << 2;
  for (let row: i32 = 0; row < rows; row++, data += bytes) {
    fillLowest(line, padded + 4);
    const from = max(0, -back);
    const to = min(length, padded - back);
    if (from < to)
      memory.copy(line + (<usize>(from + back) << 2), data + (<usize>from << 2), <usize>(to - from) << 2);
    windows(line, padded, size, 4);
    memory.copy(data, line, bytes);
  }
}

/**
 * Like `rowMaxima` for elements that are `step` apart: lines of `length` in each of `slabs` slabs of length x step elements.
 *
 * Line p of the outcome is the maximum of lines p - back ... p - back + size - 1. `tile` is room for (length + size) * 64 elements.
 */
export function columnMaxima(data: usize, slabs: i32, length: i32, step: i32, size: i32, back: i32, tile: usize): void {
  const padded = length + size - 1;
  const bytes = <usize>step << 2;
  for (let slab: i32 = 0; slab < slabs; slab++, data += bytes * length)
    for (let column: usize = 0; column < bytes; column += WIDTH << 2) {
      const width = min(WIDTH << 2, bytes - column);
      const group = (width + 15) & ~15;
      fillLowest(tile, padded * <i32>(group >> 2));
      for (let at: i32 = max(0, -back); at < length && at + back < padded; at++)
        copy(tile + <usize>(at + back) * group, data + column + <usize>at * bytes, width);
      windows(tile, padded, size, <i32>group);
      for (let at: i32 = 0; at < length; at++) copy(data + column + <usize>at * bytes, tile + <usize>at * group, width);
    }
}

/**
 * The maxima of `size` groups of `group` bytes from each of `count` groups on, in place: of windows of 1, 2, 4, ... groups, and at last of two that overlap.
 * Those that reach beyond the end are of no use.
 */
function windows(data: usize, count: i32, size: i32, group: i32): void {
  let reach: i32 = 1;
  for (; 2 * reach <= size; reach *= 2) maximaWithLater(data, count - reach, reach, group);
  if (reach < size) maximaWithLater(data, count - (size - reach), size - reach, group);
}

function maximaWithLater(data: usize, count: i32, distance: i32, group: i32): void {
  const end = data + <usize>count * group;
  const later = <usize>distance * group;
  for (; data < end; data += 16) v128.store(data, f32x4.pmax(v128.load(data), v128.load(data + later)));
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
