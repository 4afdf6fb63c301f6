import { PITCH, product } from "./engine-kernels";
import { backwardInside, forwardOuter, innermost, lastOuter } from "./engine-lines";
import { alongA, alongB, backAlongB, gatherRows, ROWS_AT_ONCE } from "./engine-passes";
import { Plan } from "./engine-plan";

// Compiled in double precision only: see build.mjs.

/** The highest mean of squares that was met. */
let maximum: f64 = 0;

export function highestSquares(): f64 {
  return maximum;
}

/**
 * Local variances of a target within a mask. `target`: box of the whole grid, which is overwritten, f in the real and -f^2 in the imaginary parts; `mask`: its box, weights over their sum and
 * the grid's size. `variances`: C order, float32, steps `stepA` (here) and those of the mask's plan.
 */
export function variances(target: Plan, mask: Plan, variances: usize, stepA: i32): void {
  maximum = 0;
  alongA(target, target.box, target.box);
  alongA(mask, mask.box, mask.planes);
  for (let plane = 0; plane < mask.axisA.length; plane++) {
    alongB(target, target.box, plane, false);
    alongB(mask, mask.planes, plane, false);
    multiply(target, mask);
    backAlongB(mask, mask.planeOut, mask.slabs, plane, false);
  }
  for (let tile = 0; tile < mask.tilesC; tile++) finish(mask, tile, variances, stepA);
}

/** The middle axis: both forward, the target's conjugate times the mask, back. */
function multiply(target: Plan, mask: Plan): void {
  const c = target.axisC, d = mask.axisC;
  for (let tile = 0; tile < mask.tilesB; tile++) {
    const start = <usize>load<i32>(mask.startsB + 4 * tile) * 32;
    const width = <usize>load<i32>(mask.startsB + 4 * tile, 4) * 32 - start;
    forwardOuter(c, target.planeIn + start * target.rowsIn, width, target.tile, width);
    innermost(c, target.tile, width);
    for (let p = target.tile + 16, end = p + PITCH * c.length; p < end; p += 32) v128.store(p, f64x2.neg(v128.load(p)));
    forwardOuter(d, mask.planeIn + start * mask.rowsIn, width, mask.tile, width);
    product(d.inner, mask.tile, width, d.length / d.inner, target.tile, PITCH, mask.tile, false);
    backwardInside(d, mask.tile, width);
    lastOuter(d, mask.tile, width, mask.planeOut + start * mask.rowsOut, width);
  }
}

function finish(plan: Plan, tile: i32, variances: usize, stepA: i32): void {
  const a = plan.axisA, b = plan.axisB, c = plan.axisC;
  const start = <usize>load<i32>(plan.startsC + 4 * tile) * 32;
  const width = <usize>load<i32>(plan.startsC + 4 * tile, 4) * 32 - start;
  for (let y = 0; y < b.outputs; y += ROWS_AT_ONCE) {
    const rows = min(ROWS_AT_ONCE, b.outputs - y);
    gatherRows(plan, plan.slabs, plan.rowTiles, start, width, y, rows);
    for (let r = 0; r < rows; r++) {
      let row = plan.rowTiles + PITCH * a.length * r;
      lastOuter(a, row, width, row, PITCH);
      for (let index = 0; index < a.outputs; index++, row += PITCH)
        for (let p: usize = 0; p < width; p += 32)
          for (let lane = 0; lane < 2; lane++) {
            const line = <i32>((start + p) >> 4) + lane;
            if (line >= c.outputs) continue;
            const at = row + p + 8 * lane;
            const mean = load<f64>(at), squares = load<f64>(at, 16);
            maximum = max(maximum, squares);
            const voxel = index * stepA + (y + r) * plan.stepB + line * plan.stepC;
            store<f32>(variances + 4 * <usize>voxel, <f32>(squares - mean * mean));
          }
    }
  }
}
