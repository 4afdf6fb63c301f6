/**
 * The highest voxel of a box of an array of `axes` axes, ties to the lower index; -1 when all are NaN or -Infinity.
 *
 * `box` holds, per axis, int32 each: strides in elements, box start, box end, and room for a position.
 */
export function highestInBox(scores: usize, box: usize, axes: i32): i32 {
  const length = rowLength(box, axes);
  let best = f32x4.splat(-Infinity);
  let row = firstRow(box, axes);
  while (row >= 0) {
    best = f32x4.pmax(best, rowMaximum(scores + (<usize>row << 2), length));
    row = nextRow(box, axes);
  }
  const value = highestLane(best);
  if (value == -Infinity) return -1;
  for (row = firstRow(box, axes); row >= 0; row = nextRow(box, axes))
    for (let at: i32 = 0; at < length; at++) if (load<f32>(scores + (<usize>(row + at) << 2)) == value) return row + at;
  return -1;
}

/** Whether a voxel of the box lies above `value`. */
export function boxExceeds(scores: usize, box: usize, axes: i32, value: f32): bool {
  const length = rowLength(box, axes);
  for (let row = firstRow(box, axes); row >= 0; row = nextRow(box, axes))
    if (highestLane(rowMaximum(scores + (<usize>row << 2), length)) > value) return true;
  return false;
}

// @ts-ignore: decorator
@inline
function field(box: usize, axes: i32, number: i32, axis: i32): usize {
  return box + (<usize>(number * axes + axis) << 2);
}

// @ts-ignore: decorator
@inline
function rowLength(box: usize, axes: i32): i32 {
  return load<i32>(field(box, axes, 2, axes - 1)) - load<i32>(field(box, axes, 1, axes - 1));
}

function firstRow(box: usize, axes: i32): i32 {
  let row: i32 = 0;
  for (let axis: i32 = 0; axis < axes; axis++) {
    const start = load<i32>(field(box, axes, 1, axis));
    store<i32>(field(box, axes, 3, axis), start);
    row += start * load<i32>(field(box, axes, 0, axis));
  }
  store<i32>(field(box, axes, 4, 0), row);
  return row;
}

/** The first element of the next row of the box, or -1 after the last. */
function nextRow(box: usize, axes: i32): i32 {
  let row = load<i32>(field(box, axes, 4, 0));
  for (let axis = axes - 2; axis >= 0; axis--) {
    const stride = load<i32>(field(box, axes, 0, axis));
    const position = load<i32>(field(box, axes, 3, axis)) + 1;
    const start = load<i32>(field(box, axes, 1, axis));
    const end = load<i32>(field(box, axes, 2, axis));
    row += stride;
    if (position < end) {
      store<i32>(field(box, axes, 3, axis), position);
      store<i32>(field(box, axes, 4, 0), row);
      return row;
    }
    store<i32>(field(box, axes, 3, axis), start);
    row -= (end - start) * stride;
  }
  return -1;
}

// @ts-ignore: decorator
@inline
function rowMaximum(row: usize, length: i32): v128 {
  let best = f32x4.splat(-Infinity);
  let at: i32 = 0;
  for (; at + 4 <= length; at += 4) best = f32x4.pmax(best, v128.load(row + (<usize>at << 2)));
  for (; at < length; at++) best = f32x4.pmax(best, f32x4.splat(load<f32>(row + (<usize>at << 2))));
  return best;
}

/** The highest of four lanes, none of which is NaN. */
// @ts-ignore: decorator
@inline
function highestLane(lanes: v128): f32 {
  const a = max<f32>(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1));
  const b = max<f32>(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3));
  return max<f32>(a, b);
}

/** Writes the highest of each of `rows` rows of `length` elements to `maxima`; -Infinity where all are NaN. */
export function highestOfRows(scores: usize, rows: i32, length: i32, maxima: usize): void {
  for (const end = maxima + (<usize>rows << 2); maxima < end; maxima += 4) {
    store<f32>(maxima, highestLane(rowMaximum(scores, length)));
    scores += <usize>length << 2;
  }
}
