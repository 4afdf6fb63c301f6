import { type Peak, RotoscopeError, spatialMatrix } from "@rotoscope/core";
import { checkPicks, wrongArgument } from "./check-argument.js";
import { relionAngles } from "./euler.js";

/** Picks to be written, of one tomogram or several. */
export interface WritablePicks {
  readonly picks: readonly Peak[];
  /** Rotation index to its 3 x 3 matrix (or 2 x 2 for one z plane), row-major, array axis order, target to template. */
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Class of each pick; default: none. */
  readonly classes?: readonly number[];
}

/** Throws a `RotoscopeError` (`argument`) for what is no list of picks. */
export function checkWritable(list: WritablePicks): void {
  if (typeof list !== "object" || list === null) throw wrongArgument("list", list, "picks and rotationMapping");
  checkPicks(list.picks, list.rotationMapping);
}

/** RELION's angles of a pick. Throws a `RotoscopeError` (`argument`) for a pick without a rotation, without finite z, y, x or without a finite score. */
export function pickAngles({ picks, rotationMapping }: WritablePicks, index: number): [number, number, number] {
  const pick = picks[index];
  if (!Array.isArray(pick?.position))
    throw wrongArgument(`peak ${index}`, pick, "an object with position, score and rotation");
  const { position, rotation, score } = pick;
  const matrix = rotationMapping.get(rotation);
  if (!matrix || position.length !== 3)
    throw new RotoscopeError("argument", `peak ${index} at [${position.join(", ")}] has rotation ${rotation}`);
  if (!position.every(Number.isFinite))
    throw new RotoscopeError("argument", `peak ${index} is at [${position.join(", ")}], expected finite positions`);
  if (!Number.isFinite(score))
    throw new RotoscopeError(
      "argument",
      `peak ${index} at [${position.join(", ")}] has the score ${score}, expected a finite number`,
    );
  return relionAngles(matrix.length === 9 ? matrix : Float32Array.from(spatialMatrix(matrix, 1)));
}
