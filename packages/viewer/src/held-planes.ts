import type { FrameReply, MapName, StepView } from "@rotoscope/arrow/messages";
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

/** A step in one of its two views. */
export interface ShownStep {
  readonly view: StepView;
  readonly step: number;
}

/** The planes of the step on show: for painting them anew, and for reading values under the pointer. */
export interface HeldPlanes {
  /** Keeps a reply's planes; those of another step or view are dropped, but for the target's, which has none. */
  take(reply: Pick<FrameReply, "view" | "step" | "planes">, buffers: readonly ArrayBuffer[]): void;
  /** What the planes belong to; null while there are none. */
  readonly shown: ShownStep | null;
  /** To be told that the values were changed to those of another step of the same view. */
  stepTo(step: number): void;
  /** The plane of `map` along `axis` that was received last. */
  plane(map: MapName, axis: 0 | 1 | 2): HeldPlane | undefined;
  /** Drops planes of scores and rotations that don't pass through `slices`. */
  keepThrough(slices: readonly [number, number, number]): void;
  /** Values at `position` (z, y, x) as far as a held plane passes through it. */
  at(position: readonly [number, number, number]): VoxelValues;
  /** Forgets everything. */
  clear(): void;
}

/** Holds nothing at first. */
export function heldPlanes(): HeldPlanes {
  let held: HeldPlane[] = [];
  let shown: ShownStep | null = null;

  return {
    take({ view, step, planes }, buffers) {
      if (shown?.view !== view || shown.step !== step) held = held.filter(({ map }) => map === "target");
      shown = { view, step };
      planes.forEach(({ map, axis, index, shape }, i) => {
        held = held.filter((other) => other.map !== map || other.axis !== axis);
        const values = map === "rotations" ? new Int32Array(buffers[i]!) : new Float32Array(buffers[i]!);
        held.push({ map, axis, index, shape, values });
      });
    },
    get shown() {
      return shown;
    },
    stepTo(step) {
      if (shown) shown = { ...shown, step };
      // Another object stands for other values.
      held = held.map((plane) => (plane.map === "target" ? plane : { ...plane }));
    },
    plane: (map, axis) => held.find((plane) => plane.map === map && plane.axis === axis),
    keepThrough(slices) {
      held = held.filter(({ map, axis, index }) => map === "target" || slices[axis] === index);
    },
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
      shown = null;
    },
  };
}
