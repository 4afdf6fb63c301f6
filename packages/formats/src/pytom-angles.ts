import { RotoscopeError } from "@rotoscope/core";
import { checkList } from "./check-argument.js";
import { matrixFromZxzAngles } from "./euler.js";
import { healpixCentres } from "./healpix.js";

/** Z1, X, Z2 in radians. */
export type PytomAngles = readonly [number, number, number];

/** The edge of a pixel of the coarsest HEALPix division, in degrees: sqrt(pi / 3). */
const COARSEST_DEGREES = (Math.sqrt(Math.PI / 3) * 180) / Math.PI;
/** More than a search at 1.5 degrees has. */
const MOST_ROTATIONS = 2 ** 23;

/**
 * The rotations that pytom-match-pick searches at an angular increment, in the order of its angle maps: pixels of the HEALPix division no larger than the increment,
 * ceil(360 / increment) turns in the plane, sorted by Z1, X, Z2; with a symmetry, those whose Z1 is below 360 / symmetry degrees.
 *
 * Found by running its version 0.14. Throws a `RotoscopeError` (`argument`) for an increment that makes no sense.
 */
export function pytomAngleSet(incrementDegrees: number, symmetry = 1): PytomAngles[] {
  const n = Math.ceil(COARSEST_DEGREES / incrementDegrees);
  const turns = Math.ceil(360 / incrementDegrees);
  if (!(incrementDegrees > 0) || 12 * n * n * turns > MOST_ROTATIONS || !(Number.isInteger(symmetry) && symmetry > 0))
    throw new RotoscopeError(
      "argument",
      `an angular increment of ${incrementDegrees} degrees and symmetry ${symmetry}, expected a positive angle that gives up to ${MOST_ROTATIONS} rotations`,
    );
  const angles: PytomAngles[] = [];
  for (const [theta, phi] of healpixCentres(n))
    if (phi < (2 * Math.PI) / symmetry)
      for (let k = 0; k < turns; k++) angles.push([phi, theta, (k * 2 * Math.PI) / turns]);
  return angles.sort(bySize);
}

/** Orders angles by Z1, then X, then Z2, as pytom-match-pick sorts its lists. */
export function bySize(a: PytomAngles, b: PytomAngles): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** The matrices of angles in radians, by their place in the list. */
export function pytomMatrices(angles: readonly PytomAngles[]): Map<number, Float32Array> {
  checkList("angles", angles, "an array of Z1, X, Z2");
  return new Map(
    angles.map((triple, index) => {
      const [phi, theta, psi] = triple.map((angle) => (angle * 180) / Math.PI) as [number, number, number];
      return [index, matrixFromZxzAngles(phi, theta, psi)];
    }),
  );
}
