import type { FrameReply, MapName } from "@rotoscope/arrow/messages";
import { planeAxes } from "@rotoscope/arrow/messages";
import type { VoxelValues } from "./readout.js";

/** The planes of the step on show, for reading values under the pointer. */
export interface HeldPlanes {
  /** Keeps a reply's planes; those of another step or of other slices are dropped. */
  take(reply: FrameReply, buffers: readonly ArrayBuffer[]): void;
  /** Values at `position` (z, y, x) as far as a held plane passes through it. */
  at(position: readonly [number, number, number]): VoxelValues;
}

/** Holds nothing at first. */
export function heldPlanes(): HeldPlanes {
  let held: { readonly plane: FrameReply["planes"][number]; readonly values: Float32Array | Int32Array }[] = [];
  let step = -1;

  return {
    take(reply, buffers) {
      const stays = (axis: number, index: number) =>
        reply.planes.every((plane) => plane.axis !== axis || plane.index === index);
      const replaced = (map: MapName) => reply.planes.some((plane) => plane.map === map);
      held = held.filter(({ plane }) => reply.step === step && stays(plane.axis, plane.index) && !replaced(plane.map));
      step = reply.step;
      reply.planes.forEach((plane, i) => {
        held.push({ plane, values: planeValues(plane.map, buffers[i]!) });
      });
    },
    at(position) {
      const found: VoxelValues = {};
      for (const { plane, values } of held) {
        if (plane.index !== position[plane.axis]) continue;
        const [rowAxis, columnAxis] = planeAxes(plane.axis);
        found[plane.map] = values[position[rowAxis] * plane.shape[1] + position[columnAxis]]!;
      }
      return found;
    },
  };
}

/** A plane's buffer as the contract types it: int32 for rotations, float32 for the others. */
export function planeValues(map: MapName, buffer: ArrayBuffer): Float32Array | Int32Array {
  return map === "rotations" ? new Int32Array(buffer) : new Float32Array(buffer);
}
