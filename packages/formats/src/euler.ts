import { RotoscopeError } from "@rotoscope/core";

/** How far, per entry, a matrix may be from the rotation that its angles give. */
const TOLERANCE = 1e-3;

/**
 * RELION's angles (rlnAngleRot, rlnAngleTilt, rlnAnglePsi) of a rotation, in degrees: the intrinsic Z-Y-Z decomposition of
 * the matrix in x, y, z order.
 *
 * `matrix` is 3 x 3, row-major, in array axis order (z, y, x), target to template. Where the tilt is 0 or 180 degrees, rot is 0.
 * Throws a `RotoscopeError` (`argument`) when the matrix isn't a rotation.
 */
export function relionAngles(matrix: Float32Array): [rot: number, tilt: number, psi: number] {
  const m = reversedAxes(matrix);
  const sine = Math.hypot(m[2]!, m[5]!);
  const rot = sine < 1e-6 ? 0 : Math.atan2(m[5]!, m[2]!);
  const tilt = Math.atan2(sine, m[8]!);
  const [c, s] = [Math.cos(rot), Math.sin(rot)];
  const psi = Math.atan2(c * m[3]! - s * m[0]!, c * m[4]! - s * m[1]!);
  const angles = [rot, tilt, psi].map((angle) => (angle * 180) / Math.PI) as [number, number, number];
  const again = matrixFromRelionAngles(...angles);
  if (matrix.length !== 9 || again.some((entry, i) => !(Math.abs(entry - matrix[i]!) <= TOLERANCE)))
    throw new RotoscopeError("argument", `not a rotation: [${[...matrix].join(", ")}]`);
  return angles;
}

/** The matrix, as `relionAngles` takes it, that has these angles in degrees. */
export function matrixFromRelionAngles(rot: number, tilt: number, psi: number): Float32Array {
  const [a, b, c] = [rot, tilt, psi].map((angle) => (angle * Math.PI) / 180) as [number, number, number];
  const [ca, cb, cc] = [Math.cos(a), Math.cos(b), Math.cos(c)];
  const [sa, sb, sc] = [Math.sin(a), Math.sin(b), Math.sin(c)];
  const rows = [
    [ca * cb * cc - sa * sc, -ca * cb * sc - sa * cc, ca * sb],
    [sa * cb * cc + ca * sc, -sa * cb * sc + ca * cc, sa * sb],
    [-sb * cc, sb * sc, cb],
  ];
  return reversedAxes(Float32Array.from(rows.flat()));
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

/** P R P, with P the reversal of the axes: between z, y, x and x, y, z order, both ways. */
function reversedAxes(matrix: Float32Array): Float32Array {
  return matrix.slice().reverse();
}
