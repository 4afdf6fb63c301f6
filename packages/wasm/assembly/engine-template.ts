import { MASKED, Plan, PRODUCT } from "./engine-plan";
import { rowOf, sample, sumOfMask, sumOfSquares, sumOfValues, Template } from "./engine-rotate";

/** Values below it become 0: denormal numbers would slow the transforms down. */
const TINY: f64 = 1e-30;

/** Rotates the template by one or two matrices into the real and imaginary parts of the boxes that the score needs. */
export function rotatePair(template: Template, plan: Plan, two: bool): void {
  prepare(template, plan, plan.matrices, 0);
  if (two) prepare(template, plan, plan.matrices + 72, 16);
  else {
    clear(template, plan.box + 16);
    if (plan.score != PRODUCT) clear(template, plan.box + plan.boxBytes + 16);
    if (plan.score == MASKED) clear(template, plan.box + 2 * plan.boxBytes + 16);
  }
}

function prepare(template: Template, plan: Plan, matrix: usize, part: usize): void {
  const values = plan.box + part;
  if (plan.score == PRODUCT) {
    sample(template, matrix, values, 0);
    if (template.standardised) standardise(template, values);
    return;
  }
  const masks = values + plan.boxBytes;
  sample(template, matrix, values, masks);
  standardiseRotated(template, values, masks, plan.score == MASKED ? masks + plan.boxBytes : 0);
}

/** Puts zeros where the rotated template goes: the box member has no rotation. */
function clear(template: Template, member: usize): void {
  let span = template.spans;
  for (let z = 0; z < template.depth; z++)
    for (let y = 0; y < template.height; y++, span += 8) {
      const to = rowOf(template, member, z, y);
      for (let x = load<i32>(span), end = load<i32>(span, 4); x < end; x++)
        store<f32>(to + load<i32>(template.offsetsX + 4 * x), 0);
    }
}

/** One over the deviation of what was sampled, whose mask adds up to `weights`; 0 where there is none. */
function scaleOf(weights: f64, mean: f64): f64 {
  const deviation = Math.sqrt(max(0, sumOfSquares / weights - mean * mean));
  return deviation > 0 ? 1 / deviation : 0;
}

/** Subtracts the mean within the unrotated mask, divides by the deviation and multiplies by the mask, in double precision. */
function standardise(template: Template, member: usize): void {
  const height = template.height, width = template.width, offsetsX = template.offsetsX;
  const mean = sumOfValues / template.weights, scale = scaleOf(template.weights, mean);
  let span = template.spans;
  for (let z = 0; z < template.depth; z++)
    for (let y = 0; y < height; y++, span += 8) {
      const to = rowOf(template, member, z, y);
      const start = load<i32>(span);
      let weight = template.mask + 4 * ((z * height + y) * width + start);
      for (let x = start, end = load<i32>(span, 4); x < end; x++, weight += 4) {
        const at = to + load<i32>(offsetsX + 4 * x);
        store<f32>(at, <f32>notTiny((<f64>load<f32>(at) - mean) * scale * <f64>load<f32>(weight)));
      }
    }
}

/**
 * The same within a rotated mask, everything divided by the mask's sum: values, weights and, where `squared` isn't 0, the squares of the values (divided once) there.
 */
function standardiseRotated(template: Template, values: usize, masks: usize, squared: usize): void {
  const offsetsX = template.offsetsX;
  const mean = sumOfValues / sumOfMask, scale = scaleOf(sumOfMask, mean);
  const share = sumOfMask > 0 ? 1 / sumOfMask : 0;
  let span = template.spans;
  for (let z = 0; z < template.depth; z++)
    for (let y = 0; y < template.height; y++, span += 8) {
      const row = rowOf(template, 0, z, y);
      for (let x = load<i32>(span), end = load<i32>(span, 4); x < end; x++) {
        const at = row + load<i32>(offsetsX + 4 * x);
        const m = <f64>load<f32>(masks + at);
        const value = m == 0 ? 0 : (<f64>load<f32>(values + at) - mean) * scale * m;
        store<f32>(values + at, <f32>notTiny(value * share));
        store<f32>(masks + at, <f32>notTiny(m * share));
        if (squared != 0) store<f32>(squared + at, <f32>notTiny(value * value * share));
      }
    }
}

// @ts-ignore: decorator
@inline
function notTiny(value: f64): f64 {
  return abs(value) < TINY ? 0 : value;
}
