import { RotoscopeError } from "./errors.js";
import { type NdArray, ndarray } from "./ndarray.js";

/** Which rotations to try. */
export interface RotationSetOptions {
  /** Mean distance between neighbouring rotations, in degrees; over 0, up to 180. */
  readonly angularSamplingDegrees: number;
  /** 3 (default) or 2. */
  readonly dimensions?: 2 | 3;
}

const DEGREE = Math.PI / 180;

/**
 * Rotation matrices spread evenly over all orientations: n x d x d, float32, row-major, in array axis order; the first is the identity.
 *
 * In 3-D n = ceil(8 pi^2 / s^3), s the angular sampling in radians (the volume of SO(3) over a cube of edge s; 551 at 30 degrees), placed
 * on a super-Fibonacci spiral (Alexa, CVPR 2022, "Super-Fibonacci Spirals: Fast, Low-Discrepancy Sampling of SO(3)"). In 2-D n = ceil(360 / s) equal steps.
 * Throws a `RotoscopeError` (`argument`) for a sampling out of range.
 */
export function rotationSet(options: RotationSetOptions): NdArray<Float32Array> {
  const { angularSamplingDegrees, dimensions = 3 } = options;
  if (!(angularSamplingDegrees > 0 && angularSamplingDegrees <= 180))
    throw new RotoscopeError(
      "argument",
      `angularSamplingDegrees: ${angularSamplingDegrees}, expected over 0, up to 180`,
    );
  if (dimensions !== 2 && dimensions !== 3)
    throw new RotoscopeError("argument", `dimensions: ${dimensions as number}, expected 2 or 3`);
  return dimensions === 2 ? planarRotations(angularSamplingDegrees) : superFibonacci(angularSamplingDegrees);
}

function planarRotations(samplingDegrees: number): NdArray<Float32Array> {
  const count = Math.ceil(360 / samplingDegrees - 1e-9);
  const matrices = new Float32Array(count * 4);
  for (let index = 0; index < count; index++) {
    const angle = (index * 2 * Math.PI) / count;
    matrices.set([Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)], index * 4);
  }
  return ndarray(matrices, [count, 2, 2]);
}

/** Positive root of psi^4 = psi + 4, the constant of the spiral beside the square root of 2. */
const PSI = 1.5337511687552043;

function superFibonacci(samplingDegrees: number): NdArray<Float32Array> {
  const count = Math.ceil((8 * Math.PI ** 2) / (samplingDegrees * DEGREE) ** 3);
  const matrices = new Float32Array(count * 9);
  const toIdentity = conjugate(spiralPoint(0, count));
  for (let index = 0; index < count; index++)
    matrices.set(matrixOf(multiply(toIdentity, spiralPoint(index, count))), index * 9);
  return ndarray(matrices, [count, 3, 3]);
}

type Quaternion = readonly [w: number, x: number, y: number, z: number];

function spiralPoint(index: number, count: number): Quaternion {
  const s = index + 0.5;
  const inner = Math.sqrt(s / count);
  const outer = Math.sqrt(1 - s / count);
  const alpha = (2 * Math.PI * s) / Math.SQRT2;
  const beta = (2 * Math.PI * s) / PSI;
  return [inner * Math.sin(alpha), inner * Math.cos(alpha), outer * Math.sin(beta), outer * Math.cos(beta)];
}

function conjugate([w, x, y, z]: Quaternion): Quaternion {
  return [w, -x, -y, -z];
}

function multiply([a, b, c, d]: Quaternion, [w, x, y, z]: Quaternion): Quaternion {
  return [
    a * w - b * x - c * y - d * z,
    a * x + b * w + c * z - d * y,
    a * y - b * z + c * w + d * x,
    a * z + b * y - c * x + d * w,
  ];
}

function matrixOf([w, x, y, z]: Quaternion): number[] {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}
