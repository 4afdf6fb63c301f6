import { highestLane, takeLine } from "./engine-improve";
import { PITCH } from "./engine-kernels";
import { lastOuter } from "./engine-lines";
import { gatherRows, ROWS_AT_ONCE } from "./engine-passes";
import { LOCAL, MASKED, Plan } from "./engine-plan";

/** Variances below this fraction of the target's variance are rounding. */
const FLAT: f32 = 1e-6;
const EPSILON: f32 = 1.19e-7;
/** MCC is 0 where the masks overlap by less than 0.3 of the most. Overlaps are often whole numbers, and 0.3 of the most just as well: one that equals it counts, whichever way it is rounded. */
const LEAST_OVERLAP: f32 = 0.3 * (1 - 1e-5);

/** MCC: the highest overlap and denominator of the score map, per rotation of the pair. */
let overlapFirst: f32 = 0;
let overlapSecond: f32 = 0;
let deviationsFirst: f32 = 0;
let deviationsSecond: f32 = 0;
/** They hold for the next pair, which needn't be surveyed. */
let given: bool = false;

/** The highest overlap or denominator of the last pair: 0, 1 = the first rotation's; 2, 3 = the second's. */
export function maximumOf(which: i32): f32 {
  return which == 0 ? overlapFirst : which == 1 ? deviationsFirst : which == 2 ? overlapSecond : deviationsSecond;
}

/** Has the next pair scored with these, not with its own. */
export function giveMaxima(overlap: f32, deviations: f32, otherOverlap: f32, otherDeviations: f32): void {
  overlapFirst = overlap;
  deviationsFirst = deviations;
  overlapSecond = otherOverlap;
  deviationsSecond = otherDeviations;
  given = true;
}

/** The last axis, back: scores of both rotations into the state or, with `maps`, to where the first slab was: [a][tile of c][b][vector], four scores of the first, four of the second, without their factors. */
export function backAlongA(plan: Plan, maps: bool): void {
  if (plan.score == MASKED && !given) surveyAlongA(plan);
  given = false;
  for (let tile = 0; tile < plan.tilesC; tile++) finishTile(plan, tile, maps, false);
}

/** The last axis, back, for the highest overlap and denominator of MCC alone. */
export function surveyAlongA(plan: Plan): void {
  overlapFirst = overlapSecond = deviationsFirst = deviationsSecond = 0;
  for (let tile = 0; tile < plan.tilesC; tile++) finishTile(plan, tile, false, true);
}

function finishTile(plan: Plan, tile: i32, maps: bool, survey: bool): void {
  const a = plan.axisA, b = plan.axisB;
  const start = startOf(plan, tile), width = startOf(plan, tile + 1) - start;
  for (let y = 0; y < b.outputs; y += ROWS_AT_ONCE) {
    const rows = min(ROWS_AT_ONCE, b.outputs - y);
    for (let which = 0; which < plan.score; which++)
      gatherRows(plan, plan.slabs + plan.slabBytes * which, plan.rowTiles + plan.rowTilesBytes * which, start, width, y, rows);
    for (let r = 0; r < rows; r++) {
      const row = plan.rowTiles + PITCH * a.length * r;
      const place = (start * b.outputs + width * (y + r)) * a.outputs;
      for (let which = 0; which < plan.score; which++) {
        const line = row + plan.rowTilesBytes * which;
        lastOuter(a, line, width, line, PITCH);
      }
      if (survey) {
        surveyMasked(plan, row, width, tile == plan.tilesC - 1);
        continue;
      }
      if (plan.score == LOCAL) scoreLocally(plan, row, width);
      else if (plan.score == MASKED) scoreMasked(plan, row, width);
      if (maps) copyRow(plan, row, mapsOf(plan, start, width, y + r), width);
      else takeLine(plan, row, PITCH, place, width, voxelOf(plan, y + r, start));
    }
  }
}

/** Where a tile of c starts, in bytes. */
// @ts-ignore: decorator
@inline
function startOf(plan: Plan, tile: i32): usize {
  return <usize>load<i32>(plan.startsC + 4 * tile) * 32;
}

/** Where the score maps of a row begin; indices of a follow slabPitch apart, in the place of what the row came from. */
// @ts-ignore: decorator
@inline
function mapsOf(plan: Plan, start: usize, width: usize, y: i32): usize {
  return plan.slabs + start * plan.axisB.outputs + width * y;
}

function copyRow(plan: Plan, row: usize, to: usize, width: usize): void {
  for (let index = 0; index < plan.axisA.outputs; index++, row += PITCH, to += plan.slabPitch)
    for (let p: usize = 0; p < width; p += 16) v128.store(to + p, v128.load(row + p));
}

/** Flat index of the score map at index 0 of a. */
// @ts-ignore: decorator
@inline
function voxelOf(plan: Plan, y: i32, start: usize): i32 {
  return y * plan.stepB + <i32>(start >> 3) * plan.stepC;
}

/** CC(f, g) over the local deviation, from CC(f, m) / N and CC(f^2, m) / N - meanSquare. */
function scoreLocally(plan: Plan, row: usize, width: usize): void {
  const meanSquare = f32x4.splat(plan.meanSquare);
  let means = row + plan.rowTilesBytes, squares = means + plan.rowTilesBytes;
  for (let end = row + PITCH * plan.axisA.outputs; row < end; row += PITCH, means += PITCH, squares += PITCH) {
    let p: usize = 0;
    do {
      v128.store(row + p, localScore(v128.load(row + p), v128.load(means + p), v128.load(squares + p), meanSquare));
      v128.store(row + p, localScore(v128.load(row + p, 16), v128.load(means + p, 16), v128.load(squares + p, 16), meanSquare), 16);
      p += 32;
    } while (p < width);
  }
}

// @ts-ignore: decorator
@inline
function localScore(product: v128, mean: v128, square: v128, meanSquare: v128): v128 {
  const variance = f32x4.sub(f32x4.add(square, meanSquare), f32x4.mul(mean, mean));
  return v128.and(f32x4.mul(product, inverseRoot(variance)), f32x4.gt(variance, f32x4.splat(FLAT)));
}

/**
 * One over the square root, to 5e-7 of it, by Newton's method, whose multiplications overlap where roots and divisions wait for each other. The guess and the constants spread the errors evenly: two
 * steps then do what takes three with those of the textbook.
 */
// @ts-ignore: decorator
@inline
function inverseRoot(value: v128): v128 {
  const part = f32x4.mul(value, f32x4.splat(0.64672214));
  const guess = i32x4.sub(i32x4.splat(0x5f1ff000), i32x4.shr_u(value, 1));
  const root = f32x4.mul(guess, f32x4.sub(f32x4.splat(1.5441726), f32x4.mul(f32x4.mul(part, guess), guess)));
  return f32x4.mul(root, f32x4.sub(f32x4.splat(1.6343331), f32x4.mul(f32x4.mul(part, root), root)));
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

/** Lanes 0 ... `count` - 1. */
function firstLanes(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Each index of a has `width` bytes, PITCH after the one before; with `last`, c ends in the last vector of them, and lanes past it aren't of the score map. */
function surveyMasked(plan: Plan, row: usize, width: usize, last: bool): void {
  const ending = firstLanes(last ? plan.axisC.outputs - ((plan.axisC.outputs - 1) & ~3) : 4);
  let overlaps = f32x4.splat(0), otherOverlaps = f32x4.splat(0);
  let deviations = f32x4.splat(0), otherDeviations = f32x4.splat(0);
  for (let end = row + PITCH * plan.axisA.outputs; row < end; row += PITCH)
    for (let p: usize = 0; p < width; p += 32) {
      const at = row + p;
      const lanes = p + 32 == width ? ending : i32x4.splat(-1);
      const overlap = overlapAt(plan, at), other = overlapAt(plan, at + 16);
      overlaps = f32x4.max(overlaps, v128.and(overlap, lanes));
      otherOverlaps = f32x4.max(otherOverlaps, v128.and(other, lanes));
      deviations = f32x4.max(deviations, v128.and(deviationsAt(plan, at, overlap), lanes));
      otherDeviations = f32x4.max(otherDeviations, v128.and(deviationsAt(plan, at + 16, other), lanes));
    }
  overlapFirst = max(overlapFirst, highestLane(overlaps));
  overlapSecond = max(overlapSecond, highestLane(otherOverlaps));
  deviationsFirst = max(deviationsFirst, highestLane(deviations));
  deviationsSecond = max(deviationsSecond, highestLane(otherDeviations));
}

function scoreMasked(plan: Plan, row: usize, width: usize): void {
  for (let end = row + PITCH * plan.axisA.outputs; row < end; row += PITCH)
    for (let p: usize = 0; p < width; p += 32) {
      v128.store(row + p, maskedScore(plan, row + p, overlapFirst, deviationsFirst));
      v128.store(row + p, maskedScore(plan, row + p + 16, overlapSecond, deviationsSecond), 16);
    }
}

function maskedScore(plan: Plan, at: usize, highestOverlap: f32, highestDeviations: f32): v128 {
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
  return v128.and(clipped, counts);
}

/** Both rotations' maps, as `backAlongA` left them, into the state: as if they had been scored into it, to the bit and in the same order. */
export function takeMaps(plan: Plan): void {
  const a = plan.axisA, b = plan.axisB;
  for (let tile = 0; tile < plan.tilesC; tile++) {
    const start = startOf(plan, tile), width = startOf(plan, tile + 1) - start;
    for (let y = 0; y < b.outputs; y++) {
      const place = (start * b.outputs + width * y) * a.outputs;
      takeLine(plan, mapsOf(plan, start, width, y), plan.slabPitch, place, width, voxelOf(plan, y, start));
    }
  }
}
