import { beginPair, endPair } from "./engine-improve";
import { backAlongA, takeMaps as improveByMaps } from "./engine-finish";
import { forwardOuter, innermost } from "./engine-lines";
import { alongA, alongB, alongC, backAlongB } from "./engine-passes";
import { LOCAL, MASKED, Plan, PRODUCT } from "./engine-plan";
import { rotatePair, Template } from "./engine-template";

export { highest, keepLogs, squaresOf } from "./engine-improve";

/** Scores one or two rotations, whose matrices lie at the plan's place, into the state; an index below 0 isn't counted. `quiet`: no log is kept. */
export function scan(plan: Plan, firstIndex: i32, secondIndex: i32, two: bool, quiet: bool): void {
  correlate(plan, two);
  beginPair(firstIndex, secondIndex, quiet);
  backAlongA(plan, false);
  endPair();
}

/** Scores one or two rotations and leaves both maps where the first slab was: [tile of c][b][a][vector], four scores of the first, four of the second. */
export function scoreMaps(plan: Plan, two: bool): void {
  correlate(plan, two);
  backAlongA(plan, true);
}

/** Takes the maps that `scoreMaps` has left into the state, to the same bits as `scan`. */
export function takeMaps(plan: Plan, firstIndex: i32, secondIndex: i32): void {
  beginPair(firstIndex, secondIndex, false);
  improveByMaps(plan);
  endPair();
}

/** Forward transform of an image of the whole grid, real and in the plan's box, which is overwritten: to `spectrum`, [plane of a][tile][c][vector]. */
export function spectrum(plan: Plan, spectrum: usize): void {
  const c = plan.axisC;
  alongA(plan, plan.box, plan.box);
  for (let plane = 0; plane < plan.axisA.length; plane++) {
    alongB(plan, plan.box, plane);
    for (let tile = 0; tile < plan.tilesB; tile++) {
      const start = <usize>load<i32>(plan.startsB + 4 * tile) * 32;
      const width = <usize>load<i32>(plan.startsB + 4 * tile, 4) * 32 - start;
      const to = spectrum + plan.planeBytes * plane + start * c.length;
      forwardOuter(c, plan.planeIn + start * plan.rowsIn, width, to, width);
      innermost(c, to, width);
      for (let p = to + 16, end = p + width * c.length; p < end; p += 32) v128.store(p, f32x4.neg(v128.load(p)));
    }
  }
}

/** Boxes: the template; its mask, or 1 / N of it; the template's square. Spectra: f, f^2, the target's mask. */
function correlate(plan: Plan, two: bool): void {
  rotatePair(changetype<Template>(plan.template), plan, two);
  const boxes = plan.score == PRODUCT ? 1 : plan.score == LOCAL ? 2 : 3;
  for (let box = 0; box < boxes; box++) alongA(plan, plan.box + plan.boxBytes * box, plan.planes + plan.planesBytes * box);
  for (let plane = 0; plane < plan.axisA.length; plane++) {
    alongB(plan, plan.planes, plane);
    into(plan, 0, 0, plane);
    if (plan.score == PRODUCT) continue;
    if (plan.score == MASKED) into(plan, 2, 1, plane);
    alongB(plan, plan.planes + plan.planesBytes, plane);
    const next = plan.score == MASKED ? 2 : 1;
    into(plan, 0, next, plane);
    into(plan, 1, next + 1, plane);
    if (plan.score == LOCAL) continue;
    into(plan, 2, 4, plane);
    alongB(plan, plan.planes + 2 * plan.planesBytes, plane);
    into(plan, 2, 5, plane);
  }
}

/** A plane of the box at hand, times a spectrum, into a slab. */
function into(plan: Plan, spectrum: i32, slab: i32, plane: i32): void {
  alongC(plan, plan.spectrum + plan.spectrumBytes * spectrum, plane);
  backAlongB(plan, plan.slabs + plan.slabBytes * slab, plane);
}
