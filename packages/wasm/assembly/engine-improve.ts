/** Hands `count` entries of a log to the host, which empties it; `which`: 0 = the pair's first rotation, 1 = its second. */
@external("env", "flush")
declare function flush(which: i32, count: i32): void;

/** The pair under way: rotation indices; below 0 = not counted. */
let first: i32 = -1;
let second: i32 = -1;
/** Improvements are neither logged nor counted among the highest scores. */
let quiet: bool = false;
let maximum: f32 = -Infinity;
let firstSquares: f64 = 0;
let secondSquares: f64 = 0;

/** Steps of the score map's flat index along the engine's axes a and c. */
let stepA: i32 = 0;
let stepC: i32 = 0;

/** Logs, one per member of the pair: `capacity` voxels (i32), then as many scores (f32); capacity 0 = none kept. */
let logs: usize = 0;
let capacity: i32 = 0;
let firstCount: i32 = 0;
let secondCount: i32 = 0;

export function beginPair(firstIndex: i32, secondIndex: i32, unheard: bool): void {
  quiet = unheard;
  first = firstIndex;
  second = secondIndex;
  firstSquares = 0;
  secondSquares = 0;
}

export function endPair(): void {
  if (firstCount > 0) flush(0, firstCount);
  if (secondCount > 0) flush(1, secondCount);
  firstCount = 0;
  secondCount = 0;
}

export function keepLogs(at: usize, entries: i32, alongA: i32, alongC: i32): void {
  logs = at;
  capacity = entries;
  stepA = alongA;
  stepC = alongC;
}

/** Sum of squares of the last pair's scores: 0 = of the first rotation, 1 = of the second. */
export function squaresOf(which: i32): f64 {
  return which == 0 ? firstSquares : secondSquares;
}

/** The highest score that was ever recorded. */
export function highest(): f32 {
  return maximum;
}

/** Adds the lanes of both sums, in double precision. */
export function addSquares(sums: v128, otherSums: v128): void {
  firstSquares += lanesAdded(sums);
  secondSquares += lanesAdded(otherSums);
}

function lanesAdded(v: v128): f64 {
  return (
    (<f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1)) +
    (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
  );
}

/**
 * Takes four voxels' scores of both rotations into the state: strictly better ones win, the first rotation's before the second's. `voxel` is the flat index of the
 * tile's first line at row 0.
 */
export function improve(s: v128, t: v128, best: usize, winners: usize, voxel: i32, row: i32, vector: i32): void {
  const at = voxel + row * stepA + 4 * vector * stepC;
  if (first >= 0) {
    const better = f32x4.gt(s, v128.load(best));
    if (v128.any_true(better)) {
      record(s, better, best, winners, first);
      firstCount = follow(s, better, at, 0, firstCount);
    }
  }
  if (second >= 0) {
    const better = f32x4.gt(t, v128.load(best));
    if (v128.any_true(better)) {
      record(t, better, best, winners, second);
      secondCount = follow(t, better, at, 1, secondCount);
    }
  }
}

function record(scores: v128, better: v128, best: usize, winners: usize, rotation: i32): void {
  v128.store(best, v128.bitselect(scores, v128.load(best), better));
  v128.store(winners, v128.bitselect(i32x4.splat(rotation), v128.load(winners), better));
}

function follow(scores: v128, better: v128, at: i32, which: i32, count: i32): i32 {
  if (quiet) return count;
  const mask = i32x4.bitmask(better);
  if (mask & 1) count = add(at, f32x4.extract_lane(scores, 0), which, count);
  if (mask & 2) count = add(at + stepC, f32x4.extract_lane(scores, 1), which, count);
  if (mask & 4) count = add(at + 2 * stepC, f32x4.extract_lane(scores, 2), which, count);
  if (mask & 8) count = add(at + 3 * stepC, f32x4.extract_lane(scores, 3), which, count);
  return count;
}

function add(voxel: i32, score: f32, which: i32, count: i32): i32 {
  if (score > maximum) maximum = score;
  if (capacity == 0) return 0;
  if (count == capacity) {
    flush(which, count);
    count = 0;
  }
  const entry = logs + <usize>(2 * which * capacity + count) * 4;
  store<i32>(entry, voxel);
  store<f32>(entry + 4 * <usize>capacity, score);
  return count + 1;
}
