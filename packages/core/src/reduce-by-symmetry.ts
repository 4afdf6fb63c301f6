import { climb, deepestHoles } from "./covering-radius.js";
import { NearestRotation } from "./nearest-rotation.js";
import { multiply, type Quaternion } from "./quaternion.js";
import { spiralRotation } from "./super-fibonacci.js";

/** A probe this fraction of the radius away from all that is kept may lie beside a hole. */
const NEARLY = 0.92;
/** Holes shallower than this fraction of the radius are left. */
const ENOUGH = 0.97;
const HALVINGS = 4;
/** Nearer to the identity by less than this counts as equally near. */
const TIE = 1e-9;

/**
 * One of each set of equivalent rotations S R, S in `group`: those of `rotations` that are nearest to the identity among their equivalents, and as many more as it
 * takes to leave none, along the border of that region, farther than `radius` (radians) from an equivalent of one that is kept; `probes` are where to look for such.
 */
export function reduceBySymmetry(
  rotations: readonly Quaternion[],
  group: readonly Quaternion[],
  radius: number,
  probes: Iterable<Quaternion>,
): Quaternion[] {
  if (group.length === 1) return [...rotations];
  const kept = rotations.filter((rotation) => borderDistance(rotation, group) >= -TIE);
  const nearest = new NearestRotation(imagesOf(kept, group));
  const added: Quaternion[] = [];
  let nearestAdded: NearestRotation | null = null;
  const uncovered = {
    angle: (rotation: Quaternion): number =>
      Math.min(nearest.angle(rotation), nearestAdded?.angle(rotation) ?? Math.PI),
  };
  for (const probe of probes) {
    const distance = borderDistance(probe, group);
    if (distance < -TIE || distance > 2 * radius || nearest.angle(probe, NEARLY * radius) <= NEARLY * radius) continue;
    const angle = uncovered.angle(probe);
    if (angle <= NEARLY * radius) continue;
    const hole = climb(probe, angle, uncovered, HALVINGS);
    if (hole.angle <= ENOUGH * radius) continue;
    added.push(hole.rotation);
    nearestAdded = new NearestRotation(imagesOf(added, group));
  }
  const reduced = [...kept, ...added];
  for (;;) {
    const holes = deepestHoles(imagesOf(reduced, group), spiralRotation).filter(({ angle }) => angle > radius);
    if (holes.length === 0) return reduced;
    const filled: Quaternion[] = [];
    for (const { rotation } of holes)
      if (filled.length === 0 || new NearestRotation(imagesOf(filled, group)).angle(rotation) > radius / 2)
        filled.push(rotation);
    reduced.push(...filled);
  }
}

/** All equivalents of rotations, four numbers each. */
export function imagesOf(rotations: readonly Quaternion[], group: readonly Quaternion[]): Float64Array {
  const points = new Float64Array(4 * rotations.length * group.length);
  let at = 0;
  for (const rotation of rotations)
    for (const symmetry of group) {
      points.set(multiply(symmetry, rotation), at);
      at += 4;
    }
  return points;
}

/** How much farther from the identity the next nearest equivalent is, in radians; below 0 when one is nearer. */
function borderDistance(rotation: Quaternion, group: readonly Quaternion[]): number {
  const [w, x, y, z] = rotation;
  let next = 0;
  for (let at = 1; at < group.length; at++) {
    const [a, b, c, d] = group[at]!;
    next = Math.max(next, Math.abs(a * w - b * x - c * y - d * z));
  }
  return 2 * (Math.acos(Math.min(1, next)) - Math.acos(Math.min(1, Math.abs(w))));
}
