import { deepestHoles } from "./covering-radius.js";
import { aboutAxis, conjugate, multiply, type Quaternion } from "./quaternion.js";
import { spiralRotation } from "./super-fibonacci.js";
import { type Symmetry, symmetryRotations } from "./symmetry.js";

/**
 * How far a direction of the sphere is from the nearest of n on a Fibonacci lattice, at most, times sqrt(n / 4 pi): measured on the corners of their Voronoi cells for n from 8 to 20,000. With
 * antipodes (half of the n on a hemisphere) the lattice and its mirror image meet at the equator.
 */
const DIRECTION_REACH = { sphere: 0.76, hemisphere: 0.9 } as const;
/** Fewer directions are measured. */
const FEW = 12;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * About one of each set of equivalent rotations S R of `count` rotations spread over all orientations: directions of the symmetry's axis on a Fibonacci lattice (Gonzalez, Mathematical Geosciences 42, 49, 2010) over the sphere, or with Dn over a
 * hemisphere, each with equal turns about it within 360 / n degrees, so that equivalents continue the turns and the other hemisphere. The identity comes first.
 *
 * No rotation is farther than `radius` (radians) from an equivalent of one: with directions no farther than d, and turns t apart, cos(radius / 2) = cos(d / 2) cos(t / 4).
 */
export function evenModuloSymmetry(symmetry: Symmetry, count: number, radius: number): Quaternion[] {
  const { fold, dihedral } = symmetry;
  const share = count / (dihedral ? 2 * fold : fold);
  const { turns, directions: least } = cheapest(symmetry, share, radius);
  for (let directions = least; ; directions++) {
    const rotations = onLattice(symmetry, directions, turns);
    if (directions >= FEW) return rotations;
    const holes = deepestHoles(imagesOf(rotations, symmetryRotations(symmetry)), spiralRotation);
    if (holes[0]!.angle <= radius) return rotations;
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

/** How many turns of how many directions: no fewer than `share` rotations, and of about as many those that reach farthest. */
function cheapest({ fold, dihedral }: Symmetry, share: number, radius: number) {
  const reach = DIRECTION_REACH[dihedral ? "hemisphere" : "sphere"];
  const area = dihedral ? 2 * Math.PI : 4 * Math.PI;
  const most = Math.ceil((2 * Math.PI) / (fold * radius)) + 3;
  const choices = Array.from({ length: most }, (_, at) => {
    const turns = at + 1;
    const ofTurn = Math.cos(Math.PI / (2 * fold * turns));
    const slack = 2 * Math.acos(Math.min(1, Math.max(0, Math.cos(radius / 2)) / ofTurn));
    const needed = Math.ceil((area * reach * reach) / (slack * slack));
    const directions = Math.max(needed, Math.ceil(share / turns));
    const farthest = 2 * Math.acos(Math.cos((reach * Math.sqrt(area / directions)) / 2) * ofTurn);
    return { turns, directions, farthest };
  }).filter(({ directions }) => Number.isFinite(directions));
  const fewest = Math.min(...choices.map(({ turns, directions }) => turns * directions));
  return choices
    .filter(({ turns, directions }) => turns * directions <= 1.02 * fewest + 1)
    .reduce((best, choice) => (choice.farthest < best.farthest ? choice : best));
}

function onLattice({ fold, dihedral }: Symmetry, directions: number, turns: number): Quaternion[] {
  const rotations: Quaternion[] = [];
  for (let index = 0; index < directions; index++) {
    const height = dihedral ? 1 - (index + 0.5) / directions : 1 - (2 * (index + 0.36)) / (directions - 0.28);
    const tilt = Math.acos(height);
    const towards = multiply(aboutAxis([1, 0, 0], index * GOLDEN_ANGLE), aboutAxis([0, 0, 1], tilt));
    for (let turn = 0; turn < turns; turn++)
      rotations.push(multiply(aboutAxis([1, 0, 0], (2 * Math.PI * turn) / (fold * turns)), conjugate(towards)));
  }
  const toIdentity = conjugate(rotations[0]!);
  return rotations.map((rotation) => multiply(rotation, toIdentity));
}
