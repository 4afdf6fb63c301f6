import { addSquares, improve } from "./engine-improve";
import { score, scoreLocal } from "./engine-kernels";
import { lastOuter, stageOf } from "./engine-lines";
import { gatherRows } from "./engine-passes";
import { LOCAL, MASKED, Plan, PRODUCT } from "./engine-plan";

/** Variances below this fraction of the target's variance are rounding. */
const FLAT: f32 = 1e-6;
const EPSILON: f32 = 1.19e-7;
/** MCC is 0 where the masks overlap by less than this fraction of the most. */
const LEAST_OVERLAP: f32 = 0.3;

/** MCC: the highest overlap and denominator of the whole grid, per rotation of the pair. */
let overlapFirst: f32 = 0;
let overlapSecond: f32 = 0;
let deviationsFirst: f32 = 0;
let deviationsSecond: f32 = 0;

/** The last axis, back: scores of both rotations into the state or, with `maps`, to where the first slab was. */
export function backAlongA(plan: Plan, maps: bool): void {
  if (plan.score == MASKED) {
    overlapFirst = overlapSecond = deviationsFirst = deviationsSecond = 0;
    for (let tile = 0; tile < plan.tilesC; tile++) finishTile(plan, tile, maps, true);
  }
  for (let tile = 0; tile < plan.tilesC; tile++) finishTile(plan, tile, maps, false);
}

function finishTile(plan: Plan, tile: i32, maps: bool, survey: bool): void {
  const a = plan.axisA, b = plan.axisB;
  const start = <usize>load<i32>(plan.startsC + 4 * tile) * 32;
  const width = <usize>load<i32>(plan.startsC + 4 * tile, 4) * 32 - start;
  const outermost = stageOf(a, 0);
  const correlations = plan.score;
  for (let block = 0; block < plan.blocks; block++) {
    const y0 = block << plan.shift;
    const rows = min(1 << plan.shift, b.outputs - y0);
    for (let which = 0; which < correlations; which++)
      gatherRows(plan, plan.slabs + plan.slabBytes * which, plan.rowTiles + plan.rowTilesBytes * which, start, width, block, rows);
    for (let r = 0; r < rows; r++) {
      const row = plan.rowTiles + width * a.length * r;
      const place = (start * b.outputs + width * (y0 + r)) * a.outputs;
      const state = plan.state + place, winners = plan.winners + (place >> 1);
      const voxel = (y0 + r) * plan.stepB + <i32>(start >> 3) * plan.stepC;
      const bytes = width * a.outputs;
      const other = row + plan.rowTilesBytes;
      for (let which = correlations == MASKED ? 0 : 1; which < correlations; which++) {
        const tile = row + plan.rowTilesBytes * which;
        lastOuter(a, tile, width, tile, 30, 0);
      }
      if (correlations == LOCAL) invertDeviations(plan, other, other + plan.rowTilesBytes, state, bytes);
      if (survey) surveyMasked(plan, row, bytes);
      else if (correlations == MASKED) {
        scoreMasked(plan, row, state, bytes);
        if (maps) copy(row, plan.slabs + place, bytes);
        else improveRow(row, state, winners, voxel, width, a.outputs);
      } else if (maps) {
        lastOuter(a, row, width, row, 30, 0);
        if (correlations == PRODUCT) multiply(row, state, 0, plan.slabs + place, bytes);
        else multiply(row, other, 16, plan.slabs + place, bytes);
      } else if (correlations == PRODUCT)
        score(outermost.radix, row, width, width, a.outputs, outermost.m, outermost.twiddles, state, winners, voxel, 0);
      else
        scoreLocal(outermost.radix, row, width, width, a.outputs, outermost.m, outermost.twiddles, state, winners, voxel, other - state);
    }
  }
}

/** Both rotations' scores times their factors, which lie `apart` bytes from one another. */
function multiply(tile: usize, factors: usize, apart: usize, to: usize, bytes: usize): void {
  for (let p: usize = 0; p < bytes; p += 32) {
    v128.store(to + p, f32x4.mul(v128.load(tile + p), v128.load(factors + p)));
    v128.store(to + p, f32x4.mul(v128.load(tile + p, 16), v128.load(factors + p + apart)), 16);
  }
}

function copy(from: usize, to: usize, bytes: usize): void {
  for (let p: usize = 0; p < bytes; p += 16) v128.store(to + p, v128.load(from + p));
}

/** `means` = CC(f, m) / N and `squares` = CC(f^2, m) / N - meanSquare become, in place of the means, the factors of the scores. */
function invertDeviations(plan: Plan, means: usize, squares: usize, state: usize, bytes: usize): void {
  const meanSquare = f32x4.splat(plan.meanSquare);
  for (let p: usize = 0; p < bytes; p += 16) {
    const mean = v128.load(means + p);
    const variance = f32x4.sub(f32x4.add(v128.load(squares + p), meanSquare), f32x4.mul(mean, mean));
    const inverse = f32x4.div(v128.load(state + (p & ~31)), f32x4.sqrt(variance));
    v128.store(means + p, v128.and(inverse, f32x4.gt(variance, f32x4.splat(FLAT))));
  }
}

// Rows of the six correlations of MCC, in the order in which engine.ts makes them.
const CC_F_G: usize = 0;
const CC_T_G: usize = 1;
const CC_F_M: usize = 2;
const CC_F2_M: usize = 3;
const CC_T_M: usize = 4;
const CC_T_G2: usize = 5;

// @ts-ignore: decorator
@inline
function overlapAt(plan: Plan, at: usize): v128 {
  return f32x4.max(v128.load(at + CC_T_M * plan.rowTilesBytes), f32x4.splat(EPSILON));
}

/** The denominator of MCC; nothing below zero under the root. */
// @ts-ignore: decorator
@inline
function deviationsAt(plan: Plan, at: usize, overlap: v128): v128 {
  const bytes = plan.rowTilesBytes;
  const fm = v128.load(at + CC_F_M * bytes), tg = v128.load(at + CC_T_G * bytes);
  const ofTarget = f32x4.sub(v128.load(at + CC_F2_M * bytes), f32x4.div(f32x4.mul(fm, fm), overlap));
  const ofTemplate = f32x4.sub(v128.load(at + CC_T_G2 * bytes), f32x4.div(f32x4.mul(tg, tg), overlap));
  const zero = f32x4.splat(0);
  return f32x4.sqrt(f32x4.mul(f32x4.max(ofTarget, zero), f32x4.max(ofTemplate, zero)));
}

function surveyMasked(plan: Plan, row: usize, bytes: usize): void {
  let overlaps = f32x4.splat(0), otherOverlaps = f32x4.splat(0);
  let deviations = f32x4.splat(0), otherDeviations = f32x4.splat(0);
  for (let at = row, end = row + bytes; at < end; at += 32) {
    const overlap = overlapAt(plan, at), other = overlapAt(plan, at + 16);
    overlaps = f32x4.max(overlaps, overlap);
    otherOverlaps = f32x4.max(otherOverlaps, other);
    deviations = f32x4.max(deviations, deviationsAt(plan, at, overlap));
    otherDeviations = f32x4.max(otherDeviations, deviationsAt(plan, at + 16, other));
  }
  overlapFirst = max(overlapFirst, highestLane(overlaps));
  overlapSecond = max(overlapSecond, highestLane(otherOverlaps));
  deviationsFirst = max(deviationsFirst, highestLane(deviations));
  deviationsSecond = max(deviationsSecond, highestLane(otherDeviations));
}

function highestLane(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** MCC of both rotations in place of CC(f, g). */
function scoreMasked(plan: Plan, row: usize, state: usize, bytes: usize): void {
  for (let p: usize = 0; p < bytes; p += 32) {
    const factor = v128.load(state + p);
    v128.store(row + p, maskedScore(plan, row + p, factor, overlapFirst, deviationsFirst));
    v128.store(row + p, maskedScore(plan, row + p + 16, factor, overlapSecond, deviationsSecond), 16);
  }
}

function maskedScore(plan: Plan, at: usize, factor: v128, highestOverlap: f32, highestDeviations: f32): v128 {
  const bytes = plan.rowTilesBytes;
  const overlap = overlapAt(plan, at);
  const deviations = deviationsAt(plan, at, overlap);
  const product = f32x4.mul(v128.load(at + CC_F_M * bytes), v128.load(at + CC_T_G * bytes));
  const numerator = f32x4.sub(v128.load(at + CC_F_G * bytes), f32x4.div(product, overlap));
  const score = f32x4.div(numerator, deviations);
  const clipped = f32x4.max(f32x4.min(score, f32x4.splat(1)), f32x4.splat(-1));
  const counts = v128.and(
    f32x4.ge(overlap, f32x4.splat(LEAST_OVERLAP * highestOverlap)),
    f32x4.gt(deviations, f32x4.splat(<f32>1000 * EPSILON * highestDeviations)),
  );
  return f32x4.mul(v128.and(clipped, counts), factor);
}

/** Both rotations' maps, as `backAlongA` left them, into the state: as if they had been scored into it, to the bit and in the same order. */
export function takeMaps(plan: Plan): void {
  const a = plan.axisA, b = plan.axisB;
  const m = stageOf(a, 0).m;
  const whole = a.outputs / m, rest = a.outputs % m;
  for (let tile = 0; tile < plan.tilesC; tile++) {
    const start = <usize>load<i32>(plan.startsC + 4 * tile) * 32;
    const width = <usize>load<i32>(plan.startsC + 4 * tile, 4) * 32 - start;
    for (let y = 0; y < b.outputs; y++) {
      const place = (start * b.outputs + width * y) * a.outputs;
      const row = plan.slabs + place, state = plan.state + place, winners = plan.winners + (place >> 1);
      const voxel = y * plan.stepB + <i32>(start >> 3) * plan.stepC;
      if (plan.score == MASKED) improveRow(row, state, winners, voxel, width, a.outputs);
      else {
        if (rest > 0) improveLegs(row, state, winners, voxel, width, m, 0, rest, whole + 1);
        if (whole > 0) improveLegs(row, state, winners, voxel, width, m, rest, m, whole);
      }
    }
  }
}

/** Rows `from` ... `to` - 1 of a line, and those `legs` - 1 times `m` after each, in the order of the kernels. */
function improveLegs(
  row: usize,
  state: usize,
  winners: usize,
  voxel: i32,
  width: usize,
  m: i32,
  from: i32,
  to: i32,
  legs: i32,
): void {
  let sums = f32x4.splat(0), otherSums = f32x4.splat(0);
  for (let j = from; j < to; j++)
    for (let p: usize = 0; p < width; p += 32)
      for (let index = j, leg = 0; leg < legs; index += m, leg++) {
        const at = width * index + p;
        const s = v128.load(row + at), t = v128.load(row + at, 16);
        sums = f32x4.add(sums, f32x4.mul(s, s));
        otherSums = f32x4.add(otherSums, f32x4.mul(t, t));
        if (v128.any_true(f32x4.gt(f32x4.max(s, t), v128.load(state + at, 16))))
          improve(s, t, state + at + 16, winners + (at >> 1), voxel, index, <i32>(p >> 5));
      }
  addSquares(sums, otherSums);
}

/** A row of finished scores into the state. */
function improveRow(row: usize, state: usize, winners: usize, voxel: i32, width: usize, count: i32): void {
  let sums = f32x4.splat(0), otherSums = f32x4.splat(0);
  for (let index = 0; index < count; index++)
    for (let p: usize = 0; p < width; p += 32, row += 32, state += 32, winners += 16) {
      const s = v128.load(row), t = v128.load(row, 16);
      sums = f32x4.add(sums, f32x4.mul(s, s));
      otherSums = f32x4.add(otherSums, f32x4.mul(t, t));
      if (v128.any_true(f32x4.gt(f32x4.max(s, t), v128.load(state, 16))))
        improve(s, t, state + 16, winners, voxel, index, <i32>(p >> 5));
    }
  addSquares(sums, otherSums);
}
