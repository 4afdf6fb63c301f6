import type { FrameReply, MapName } from "@rotoscope/arrow/messages";
import { planeAxes } from "@rotoscope/arrow/messages";
import type { VoxelValues } from "./readout.js";

/** A plane as it was received. */
export interface HeldPlane {
  readonly map: MapName;
  readonly axis: 0 | 1 | 2;
  readonly index: number;
  readonly shape: readonly [number, number];
  readonly values: Float32Array | Int32Array;
}

/** The planes of the step on show: for painting them anew, and for reading values under the pointer. */
export interface HeldPlanes {
  /** Keeps a reply's planes; those of another step or view are dropped, but for the target's, which has none. */
  take(reply: FrameReply, buffers: readonly ArrayBuffer[]): void;
  /** The plane of `map` along `axis` that was received last. */
  plane(map: MapName, axis: 0 | 1 | 2): HeldPlane | undefined;
  /** Values at `position` (z, y, x) as far as a held plane passes through it. */
  at(position: readonly [number, number, number]): VoxelValues;
  /** Forgets everything. */
  clear(): void;
}

/** Holds nothing at first. */
export function heldPlanes(): HeldPlanes {
  let held: HeldPlane[] = [];
  let shown = "";

  return {
    take(reply, buffers) {
      const now = `${reply.view} ${reply.step}`;
      if (now !== shown) held = held.filter(({ map }) => map === "target");
      shown = now;
      reply.planes.forEach(({ map, axis, index, shape }, i) => {
        held = held.filter((other) => other.map !== map || other.axis !== axis);
        const values = map === "rotations" ? new Int32Array(buffers[i]!) : new Float32Array(buffers[i]!);
        held.push({ map, axis, index, shape, values });
      });
    },
    plane: (map, axis) => held.find((plane) => plane.map === map && plane.axis === axis),
    at(position) {
      const found: VoxelValues = {};
      for (const { map, axis, index, shape, values } of held) {
        // A file's slices along y and x may be coarse, those along z are exact.
        if (index !== position[axis] || (axis > 0 && found[map] !== undefined)) continue;
        const [rowAxis, columnAxis] = planeAxes(axis);
        found[map] = values[position[rowAxis] * shape[1] + position[columnAxis]]!;
      }
      return found;
    },
    clear() {
      held = [];
      shown = "";
    },
  };
}
