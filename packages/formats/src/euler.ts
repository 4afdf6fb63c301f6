import { RotoscopeError } from "@rotoscope/core";
import { wrongArgument } from "./check-argument.js";

/** How far, in all, the products of a matrix' rows may be from those of a rotation. */
const TOLERANCE = 1e-2;
const DEGREES = 180 / Math.PI;

/**
 * RELION's angles (rlnAngleRot, rlnAngleTilt, rlnAnglePsi) of a rotation, in degrees: the intrinsic Z-Y-Z decomposition of
 * the matrix in x, y, z order.
 *
 * `matrix` is 3 x 3, row-major, in array axis order (z, y, x), target to template. Where the tilt is 0 or 180 degrees, rot is 0.
 * Throws a `RotoscopeError` (`argument`) when the matrix isn't a rotation.
 */
export function relionAngles(matrix: Float32Array): [rot: number, tilt: number, psi: number] {
  if (!ArrayBuffer.isView(matrix)) throw wrongArgument("matrix", matrix, "nine numbers in a Float32Array");
  if (!isRotation(matrix)) throw new RotoscopeError("argument", `not a rotation: [${[...matrix].join(", ")}]`);
  // Entry (i, j) in x, y, z order is entry 8 - (3 i + j) in array axis order.
  const sine = Math.sqrt(matrix[6]! ** 2 + matrix[3]! ** 2);
  const rot = sine < 1e-6 ? 0 : Math.atan2(matrix[3]!, matrix[6]!);
  const tilt = Math.atan2(sine, matrix[0]!);
  const [c, s] = [Math.cos(rot), Math.sin(rot)];
  const psi = Math.atan2(c * matrix[5]! - s * matrix[8]!, c * matrix[4]! - s * matrix[7]!);
  return [rot * DEGREES, tilt * DEGREES, psi * DEGREES];
}

/** The matrix, as `relionAngles` takes it, that has these angles in degrees. */
export function matrixFromRelionAngles(rot: number, tilt: number, psi: number): Float32Array {
  const [ca, cb, cc] = [Math.cos(rot / DEGREES), Math.cos(tilt / DEGREES), Math.cos(psi / DEGREES)];
  const [sa, sb, sc] = [Math.sin(rot / DEGREES), Math.sin(tilt / DEGREES), Math.sin(psi / DEGREES)];
  const matrix = new Float32Array(9);
  matrix[8] = ca * cb * cc - sa * sc;
  matrix[7] = -ca * cb * sc - sa * cc;
  matrix[6] = ca * sb;
  matrix[5] = sa * cb * cc + ca * sc;
  matrix[4] = -sa * cb * sc + ca * cc;
  matrix[3] = sa * sb;
  matrix[2] = -sb * cc;
  matrix[1] = sb * sc;
  matrix[0] = cb;
  return matrix;
}

/**
 * The matrix, as `relionAngles` takes it, of the Z-X-Z angles in degrees that PyTom, STOPGAP and GAPSTOP use: phi about z, then theta about x,
 * then psi about z, fixed axes, turn the template to the target (checked against pytom-match-pick's and cryoCAT's own converters).
 */
export function matrixFromZxzAngles(phi: number, theta: number, psi: number): Float32Array {
  return matrixFromRelionAngles(90 - phi, theta, -90 - psi);
}

/** The Z-X-Z angles phi, theta, psi in degrees of a rotation: see `matrixFromZxzAngles`. Throws as `relionAngles` does. */
export function zxzAngles(matrix: Float32Array): [phi: number, theta: number, psi: number] {
  return zxzFromRelion(relionAngles(matrix));
}

/** The Z-X-Z angles of RELION's. */
export function zxzFromRelion([rot, tilt, psi]: readonly [number, number, number]): [number, number, number] {
  return [halfTurn(90 - rot), tilt, halfTurn(-90 - psi)];
}

/** An angle in degrees between -180 and 180. */
function halfTurn(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}

/** Whether the rows are orthonormal and right-handed; NaN is not. */
function isRotation(m: Float32Array): boolean {
  if (m.length !== 9) return false;
  const product = (i: number, j: number): number => m[i]! * m[j]! + m[i + 1]! * m[j + 1]! + m[i + 2]! * m[j + 2]!;
  const error =
    Math.abs(product(0, 0) - 1) +
    Math.abs(product(3, 3) - 1) +
    Math.abs(product(6, 6) - 1) +
    Math.abs(product(0, 3)) +
    Math.abs(product(0, 6)) +
    Math.abs(product(3, 6));
  return (
    error <= TOLERANCE &&
    (m[3]! * m[7]! - m[4]! * m[6]!) * m[2]! +
      (m[5]! * m[6]! - m[3]! * m[8]!) * m[1]! +
      (m[4]! * m[8]! - m[5]! * m[7]!) * m[0]! >
      0
  );
}
