import { Plan } from "./engine-plan";

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

/** Step of the score map's flat index along the engine's axis a. */
let stepA: i32 = 0;

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

export function keepLogs(at: usize, entries: i32, alongA: i32): void {
  logs = at;
  capacity = entries;
  stepA = alongA;
}

/** Sum of squares of the last pair's scores: 0 = of the first rotation, 1 = of the second. */
export function squaresOf(which: i32): f64 {
  return which == 0 ? firstSquares : secondSquares;
}

/** The highest score that was ever recorded. */
export function highest(): f32 {
  return maximum;
}

/**
 * Takes a line of scores of both rotations, times their factors, into the state at `place`: strictly better ones win, the first rotation's before the second's. Each index of a has `width` bytes, `pitch` bytes after the one before; `voxel` is the
 * flat index of the line's first score.
 *
 * What is better is noted first and taken after that: tests that go this way and that would hold up the sums.
 */
export function takeLine(plan: Plan, scores: usize, pitch: usize, place: usize, width: usize, voxel: i32): void {
  const count = plan.axisA.outputs;
  const noted = plan.tile;
  let sums = f32x4.splat(0), otherSums = f32x4.splat(0);
  let end = noted;
  for (let index = 0, row = scores, at = plan.state + place; index < count; index++, row += pitch, at += width) {
    let p: usize = 0;
    let note = <u32>index << 8;
    do {
      const factor = v128.load(at + p), b = v128.load(at + p, 16);
      const s = f32x4.mul(v128.load(row + p), factor), t = f32x4.mul(v128.load(row + p, 16), factor);
      sums = f32x4.add(sums, f32x4.mul(s, s));
      otherSums = f32x4.add(otherSums, f32x4.mul(t, t));
      store<u32>(end, note++);
      // Four bytes on where any of the four bits is set.
      end += ((<usize>i32x4.bitmask(v128.or(f32x4.gt(s, b), f32x4.gt(t, b))) + 15) & 16) >> 2;
      p += 32;
    } while (p < width);
  }
  firstSquares += lanesAdded(sums);
  secondSquares += lanesAdded(otherSums);
  takeNoted(plan, scores, pitch, place, width, voxel, noted, end);
}

/** Vectors that `takeLine` has noted. Without a log there are no branches here either: in an early search the processor would guess most of them wrongly. */
function takeNoted(plan: Plan, scores: usize, pitch: usize, place: usize, width: usize, voxel: i32, noted: usize, end: usize): void {
  const firstCounts = i32x4.splat(first < 0 ? 0 : -1), secondCounts = i32x4.splat(second < 0 ? 0 : -1);
  let tops = f32x4.splat(-Infinity);
  for (let note = noted; note < end; note += 4) {
    const index = load<u32>(note) >> 8, vector = <i32>(load<u32>(note) & 255);
    const from = scores + pitch * index + 32 * vector;
    const at = <usize>width * index + 32 * vector;
    const state = plan.state + place + at;
    const winners = plan.winners + ((place + at) >> 1);
    const factor = v128.load(state), before = v128.load(state, 16);
    const s = f32x4.mul(v128.load(from), factor), t = f32x4.mul(v128.load(from, 16), factor);
    const better = v128.and(f32x4.gt(s, before), firstCounts);
    const between = v128.bitselect(s, before, better);
    const best = v128.and(f32x4.gt(t, between), secondCounts);
    v128.store(state, v128.bitselect(t, between, best), 16);
    const winner = v128.bitselect(i32x4.splat(first), v128.load(winners), better);
    v128.store(winners, v128.bitselect(i32x4.splat(second), winner, best));
    tops = v128.bitselect(f32x4.max(tops, v128.load(state, 16)), tops, v128.or(better, best));
    if (quiet || capacity == 0) continue;
    const lane0 = voxel + index * stepA + 4 * vector * plan.stepC;
    firstCount = log(plan, from, state, i32x4.bitmask(better), lane0, 0, firstCount);
    secondCount = log(plan, from + 16, state, i32x4.bitmask(best), lane0, 1, secondCount);
  }
  if (!quiet) maximum = max(maximum, highestLane(tops));
}

function lanesAdded(v: v128): f64 {
  return (
    (<f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1)) +
    (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
  );
}

export function highestLane(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Notes the improved ones of four voxels from voxel `at` on. */
// @ts-ignore: decorator
@inline
function log(plan: Plan, scores: usize, state: usize, improved: i32, at: i32, which: i32, count: i32): i32 {
  for (let lanes = improved; lanes != 0; lanes &= lanes - 1) {
    if (count == capacity) {
      flush(which, count);
      count = 0;
    }
    const lane = ctz(lanes);
    const entry = logs + <usize>(2 * which * capacity + count) * 4;
    store<i32>(entry, at + lane * plan.stepC);
    store<f32>(entry + 4 * <usize>capacity, load<f32>(scores + 4 * lane) * load<f32>(state + 4 * lane));
    count++;
  }
  return count;
}
