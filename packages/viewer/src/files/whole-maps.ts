import type { MapName } from "@rotoscope/arrow/messages";
import type { PlaneMaps, Shape3 } from "./sliced-file.js";

/** All of a file's maps, z, y, x in C order; those that it doesn't have are null. */
export interface WholeMaps {
  readonly target: Float32Array | null;
  readonly scores: Float32Array | null;
  readonly rotations: Int32Array | null;
}

/** Puts together all planes of a file, in their order. */
export function wholeMaps(planes: readonly PlaneMaps[], [nz, ny, nx]: Shape3): WholeMaps {
  const join = <A extends Float32Array | Int32Array>(map: MapName, whole: A): A | null => {
    if (!planes[0]?.[map]) return null;
    planes.forEach((plane, z) => {
      whole.set(plane[map]!, z * ny * nx);
    });
    return whole;
  };
  const size = (map: MapName): number => (planes[0]?.[map] ? nz * ny * nx : 0);
  return {
    target: join("target", new Float32Array(size("target"))),
    scores: join("scores", new Float32Array(size("scores"))),
    rotations: join("rotations", new Int32Array(size("rotations"))),
  };
}
