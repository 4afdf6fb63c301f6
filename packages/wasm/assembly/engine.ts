import { beginPair, endPair } from "./engine-improve";
import { backAlongA, surveyAlongA, takeMaps as improveByMaps } from "./engine-finish";
import { PITCH } from "./engine-kernels";
import { forwardOuter, innermost } from "./engine-lines";
import { alongA, alongB, alongC, backAlongB } from "./engine-passes";
import { LOCAL, MASKED, Plan, PRODUCT } from "./engine-plan";
import { Template } from "./engine-rotate";
import { rotatePair } from "./engine-template";

export { giveMaxima, maximumOf } from "./engine-finish";
export { highest, keepLogs, squaresOf } from "./engine-improve";

/** Scores one or two rotations, whose matrices lie at the plan's place, into the state; an index below 0 isn't counted. `quiet`: no log is kept. */
export function scan(plan: Plan, firstIndex: i32, secondIndex: i32, two: bool, quiet: bool): void {
  correlate(plan, two);
  beginPair(firstIndex, secondIndex, quiet);
  backAlongA(plan, false);
  endPair();
}

/** Looks for the highest overlap and denominator of MCC of one or two rotations, for `maximumOf`. */
export function survey(plan: Plan, two: bool): void {
  correlate(plan, two);
  surveyAlongA(plan);
}

/** Scores one or two rotations and leaves both maps where the first slab was: [a][tile of c][b][vector], four scores of the first, four of the second. */
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

/** Forward transform of an image of the whole grid, real and in the plan's box, which is overwritten: to `spectrum`, [pair of planes of a][tile][c][vector]. */
export function spectrum(plan: Plan, spectrum: usize): void {
  const c = plan.axisC;
  alongA(plan, plan.box, plan.box);
  for (let pair = 0; pair < plan.pairCount; pair++) {
    alongB(plan, plan.box, load<i32>(plan.pairs + 8 * pair), false);
    for (let tile = 0; tile < plan.tilesB; tile++) {
      const start = <usize>load<i32>(plan.startsB + 4 * tile) * 32;
      const width = <usize>load<i32>(plan.startsB + 4 * tile, 4) * 32 - start;
      forwardOuter(c, plan.planeIn + start * plan.rowsIn, width, plan.tile, width);
      innermost(c, plan.tile, width);
      let to = spectrum + plan.planeBytes * pair + start * c.length;
      for (let row = plan.tile, end = row + PITCH * c.length; row < end; row += PITCH)
        for (let p: usize = 0; p < width; p += 32, to += 32) {
          v128.store(to, v128.load(row + p));
          v128.store(to, f32x4.neg(v128.load(row + p, 16)), 16);
        }
    }
  }
}

/** Boxes: the template; its mask, or 1 / N of it; the template's square. Spectra: f, f^2, the target's mask. */
function correlate(plan: Plan, two: bool): void {
  rotatePair(changetype<Template>(plan.template), plan, two);
  const boxes = plan.score == PRODUCT ? 1 : plan.score == LOCAL ? 2 : 3;
  for (let box = 0; box < boxes; box++) alongA(plan, plan.box + plan.boxBytes * box, plan.planes + plan.planesBytes * box);
  for (let pair = 0; pair < plan.pairCount; pair++) {
    const plane = load<i32>(plan.pairs + 8 * pair), mirrored = load<i32>(plan.pairs + 8 * pair, 4);
    correlatePlane(plan, plane, pair, false);
    if (mirrored != plane) correlatePlane(plan, mirrored, pair, true);
  }
}

/**
 * One plane of all correlations. The images are real, so their spectrum at -k is the complex conjugate of that at k and need not be stored: there the templates' conjugates times i (real and
 * imaginary parts change places, `swapped`) meet the spectrum at k, and what comes out is the conjugate times i again.
 */
function correlatePlane(plan: Plan, plane: i32, pair: i32, swapped: bool): void {
  alongB(plan, plan.planes, plane, swapped);
  if (plan.score == MASKED) into(plan, 0, 2, 0, plane, pair, swapped);
  else into(plan, 0, -1, 0, plane, pair, swapped);
  if (plan.score == PRODUCT) return;
  alongB(plan, plan.planes + plan.planesBytes, plane, swapped);
  into(plan, 0, 1, plan.score == MASKED ? 2 : 1, plane, pair, swapped);
  if (plan.score == LOCAL) return;
  into(plan, 2, -1, 4, plane, pair, swapped);
  alongB(plan, plan.planes + 2 * plan.planesBytes, plane, swapped);
  into(plan, 2, -1, 5, plane, pair, swapped);
}

/** A plane of the box at hand, times a spectrum or two, into a slab or two. */
function into(plan: Plan, first: i32, second: i32, slab: i32, plane: i32, pair: i32, swapped: bool): void {
  alongC(plan, first, second, pair, swapped || slab > 0, swapped);
  const slabs = plan.slabs + plan.slabBytes * slab;
  backAlongB(plan, plan.planeOut, slabs, plane, swapped);
  if (second >= 0) backAlongB(plan, plan.planeOut + plan.planeOutBytes, slabs + plan.slabBytes, plane, swapped);
}
