import { gather, PITCH, product } from "./engine-kernels";
import { LANES, LINE_SHIFT, transpose } from "./engine-lanes";
import { backwardInside, backwardLeg, forwardOuter, innermost, lastOuter, stageOf } from "./engine-lines";
import { Plan } from "./engine-plan";
import { touch } from "./engine-touch";

/** Bytes side by side in the tiles of the first two passes. */
const STRIP: usize = 128;

/** The first axis of a box, forward; only its voxels are there, the rest of the grid is zero. */
export function alongA(plan: Plan, box: usize, planes: usize): void {
  const a = plan.axisA, b = plan.axisB;
  const row = <usize>plan.boxVectors * 32;
  const plane = row * b.inputs;
  for (let y: usize = 0, rows = <usize>b.inputs; y < rows; y++)
    for (let x: usize = 0; x < row; x += STRIP) {
      const width = min<usize>(STRIP, row - x);
      forwardOuter(a, box + y * row + x, plane, plan.tile, width);
      innermost(a, plan.tile, width);
      let to = planes + y * row + x;
      let from = plan.tile;
      for (let k = 0; k < a.length; k++, to += plane, from += PITCH)
        for (let p: usize = 0; p < width; p += 16) v128.store(to + p, v128.load(from + p));
    }
}

/** The second axis, forward, of plane `plane`; then lines of c lie side by side. Real and imaginary parts are exchanged first where `swapped`. */
export function alongB(plan: Plan, planes: usize, plane: i32, swapped: bool): void {
  const b = plan.axisB;
  const row = <usize>plan.boxVectors * 32;
  const source = planes + row * (b.inputs * plane);
  if (swapped) swapParts(source, row * b.inputs);
  for (let x: usize = 0; x < row; x += STRIP) {
    const width = min<usize>(STRIP, row - x);
    forwardOuter(b, source + x, row, plan.tile, width);
    innermost(b, plan.tile, width);
    transposeIn(plan, x >> LINE_SHIFT, width);
  }
}

function swapParts(at: usize, bytes: usize): void {
  for (let end = at + bytes; at < end; at += 32) {
    const re = v128.load(at);
    v128.store(at, v128.load(at, 16));
    v128.store(at, re, 16);
  }
}

/** Columns `column` ... of the tile, from lanes of c to lanes of b. */
function transposeIn(plan: Plan, column: usize, width: usize): void {
  let from = plan.tile;
  for (let tile = 0; tile < plan.tilesB; tile++) {
    const start = load<i32>(plan.startsB + 4 * tile), end = load<i32>(plan.startsB + 4 * tile, 4);
    const pitch = <usize>(end - start) * 32;
    let to = plan.planeIn + <usize>start * 32 * plan.rowsIn + column * pitch;
    for (let vector = start; vector < end; vector++) {
      let p: usize = 0, at = to;
      do {
        transpose(from + p, PITCH, at, pitch);
        at += LANES * pitch;
        p += 32;
      } while (p < width);
      from += LANES * PITCH;
      to += 32;
    }
  }
}

/** The middle axis, fused: forward, times plane `pair` of a spectrum and, unless it is below 0, of another, back. What was `met` before, of either, is in the cache of the second level. */
export function alongC(plan: Plan, first: i32, second: i32, pair: i32, firstMet: bool, secondMet: bool): void {
  const c = plan.axisC;
  const work = second < 0 ? plan.tile : plan.tile + PITCH * c.length;
  for (let tile = 0; tile < plan.tilesB; tile++) {
    const start = <usize>load<i32>(plan.startsB + 4 * tile) * 32;
    const width = <usize>load<i32>(plan.startsB + 4 * tile, 4) * 32 - start;
    const spectrum = plan.spectrum + plan.planeBytes * pair + start * c.length;
    const one = spectrum + plan.spectrumBytes * first, other = spectrum + plan.spectrumBytes * second;
    const to = plan.planeOut + start * plan.rowsOut;
    if (!firstMet) touch(one, width * c.length);
    forwardOuter(c, plan.planeIn + start * plan.rowsIn, width, plan.tile, width);
    backAlongC(plan, one, width, work, to, false);
    if (second < 0) continue;
    if (!secondMet) touch(other, width * c.length);
    backAlongC(plan, other, width, plan.tile, to + plan.planeOutBytes, true);
  }
}

/** The tile times a spectrum, back by way of the tile `work`, which may be the same, to rows from `to` on; `again`: it has met another one. */
// @ts-ignore: decorator
@inline
function backAlongC(plan: Plan, spectrum: usize, width: usize, work: usize, to: usize, again: bool): void {
  const c = plan.axisC;
  product(c.inner, plan.tile, width, c.length / c.inner, spectrum, width, work, again);
  backwardInside(c, work, width);
  lastOuter(c, work, width, to, width);
}

/** The second axis, back, of plane `plane`, into a slab, with real and imaginary parts exchanged where `swapped`. */
export function backAlongB(plan: Plan, planeOut: usize, slabs: usize, plane: i32, swapped: bool): void {
  const b = plan.axisB;
  for (let tile = 0; tile < plan.tilesC; tile++) {
    const start = <usize>load<i32>(plan.startsC + 4 * tile) * 32;
    const width = <usize>load<i32>(plan.startsC + 4 * tile, 4) * 32 - start;
    transposeOut(plan, planeOut, start >> LINE_SHIFT, width);
    innermost(b, plan.tile, width);
    backwardInside(b, plan.tile, width);
    lastOuter(b, plan.tile, width, slabs + plan.slabPitch * plane + start * b.outputs, width, swapped);
  }
}

/** Columns `column` ... of the plane, from lanes of b to lanes of c, into the tile. */
function transposeOut(plan: Plan, planeOut: usize, column: usize, width: usize): void {
  let to = plan.tile;
  for (let tile = 0; tile < plan.tilesB; tile++) {
    const start = load<i32>(plan.startsB + 4 * tile), end = load<i32>(plan.startsB + 4 * tile, 4);
    const pitch = <usize>(end - start) * 32;
    let from = planeOut + <usize>start * 32 * plan.rowsOut + column * pitch;
    for (let vector = start; vector < end; vector++) {
      let p: usize = 0, at = from;
      do {
        transpose(at, pitch, to + p, PITCH);
        at += LANES * pitch;
        p += 32;
      } while (p < width);
      from += 32;
      to += LANES * PITCH;
    }
  }
}

/** Rows of b whose last axis is transformed at once, as in engine-layout.ts. */
export const ROWS_AT_ONCE: i32 = 4;

/** `rows` rows from row `first` of a slab on, up to before the outermost stage of the first axis, into row tiles. */
export function gatherRows(plan: Plan, slabs: usize, rowTiles: usize, start: usize, width: usize, first: i32, rows: i32): void {
  const a = plan.axisA;
  const slab = slabs + start * plan.axisB.outputs + width * first;
  for (let index = 0; index < a.length; index++) touch(slab + plan.slabPitch * index, width * rows);
  const tileBytes = PITCH * a.length;
  const legs = stageOf(a, 0).radix;
  const m = a.length / legs;
  for (let leg = 0; leg < legs; leg++) {
    const to = rowTiles + PITCH * (m * leg);
    gather(a.inner, slab + plan.slabPitch * (m * leg), plan.slabPitch, width, rows, m / a.inner, to, tileBytes);
    for (let row = 0; row < rows; row++) backwardLeg(a, to + tileBytes * row, width);
  }
}
