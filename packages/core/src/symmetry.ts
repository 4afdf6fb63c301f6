import { RotoscopeError } from "./errors.js";
import { aboutAxis, multiply, type Quaternion } from "./quaternion.js";

/** A point group: Cn, n-fold about z; Dn, with 2-fold axes in the plane of x and y as well, one of them x. */
export type SymmetryName = `${"C" | "D"}${number}`;

/** A symmetry of the template. */
export interface Symmetry {
  readonly name: SymmetryName;
  readonly fold: number;
  readonly dihedral: boolean;
}

/** Reads "C6", "D2" ... in either case. Throws a `RotoscopeError` (`argument`). */
export function parseSymmetry(name: string): Symmetry {
  const [, letter, digits] = /^([CD])([1-9]\d{0,3})$/i.exec(name) ?? [];
  if (!letter || !digits)
    throw new RotoscopeError("argument", `symmetry: ${JSON.stringify(name)}, expected C or D and a number, such as C6`);
  const fold = Number(digits);
  return { name: `${letter.toUpperCase() as "C" | "D"}${fold}`, fold, dihedral: letter.toUpperCase() === "D" };
}

/** The rotations that take the template to itself, the identity first: about z, the first axis of the array; the dihedral ones also half turns about x, the last one, and what follows. */
export function symmetryRotations({ fold, dihedral }: Symmetry): readonly Quaternion[] {
  const turns = Array.from({ length: fold }, (_, k) => aboutAxis([1, 0, 0], (2 * Math.PI * k) / fold));
  return dihedral ? [...turns, ...turns.map((turn) => multiply(turn, [0, 0, 0, 1]))] : turns;
}
