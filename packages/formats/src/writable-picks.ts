import { type Peak, RotoscopeError, spatialMatrix } from "@rotoscope/core";
import { relionAngles } from "./euler.js";

/** Picks to be written, of one tomogram or several. */
export interface WritablePicks {
  readonly picks: readonly Peak[];
  /** Rotation index to its 3 x 3 matrix (or 2 x 2 for one z plane), row-major, array axis order, target to template. */
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Class of each pick; default: none. */
  readonly classes?: readonly number[];
}

/** RELION's angles of a pick. Throws a `RotoscopeError` (`argument`) for a pick without a rotation or without finite z, y, x. */
export function pickAngles({ picks, rotationMapping }: WritablePicks, index: number): [number, number, number] {
  const { position, rotation } = picks[index]!;
  const matrix = rotationMapping.get(rotation);
  if (!matrix || position.length !== 3)
    throw new RotoscopeError("argument", `peak ${index} at [${position.join(", ")}] has rotation ${rotation}`);
  if (!position.every(Number.isFinite))
    throw new RotoscopeError("argument", `peak ${index} is at [${position.join(", ")}], expected finite positions`);
  return relionAngles(matrix.length === 9 ? matrix : Float32Array.from(spatialMatrix(matrix, 1)));
}
