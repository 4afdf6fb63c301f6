import type { Quaternion } from "./quaternion.js";

/** Positive root of psi^4 = psi + 4, the constant of the spiral beside the square root of 2. */
const PSI = 1.5337511687552043;

/** Rotation `index` of `count` spread evenly over all orientations (Alexa, CVPR 2022, "Super-Fibonacci Spirals: Fast, Low-Discrepancy Sampling of SO(3)"). */
export function spiralRotation(index: number, count: number): Quaternion {
  const s = index + 0.5;
  const inner = Math.sqrt(s / count);
  const outer = Math.sqrt(1 - s / count);
  const alpha = (2 * Math.PI * s) / Math.SQRT2;
  const beta = (2 * Math.PI * s) / PSI;
  return [inner * Math.sin(alpha), inner * Math.cos(alpha), outer * Math.sin(beta), outer * Math.cos(beta)];
}
