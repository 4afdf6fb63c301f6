import { base64 } from "../dist/engine-deviation-bytes.js";
import { axisPlaces, bytesOf, places } from "./engine-arrangement.js";
import { type GridImage, putImage } from "./engine-image.js";
import { type EngineLayout, engineLayout, type Shape3, vectors } from "./engine-layout.js";
import { PLAN_BYTES, putAxis, putPlan } from "./engine-plan.js";
import { type EngineRoom, wholeGrid } from "./engine-room.js";
import { instantiate } from "./instantiate.js";

/** A box of the target's scores, and what they need of the target. */
export interface DeviationWindow {
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  readonly grid: Shape3;
}

/** Local variances and the highest of the mean squares that they come from. */
export interface LocalVariances {
  /** C order of the window's shape, float32; in the scratch memory, so it lasts until that is used again. */
  readonly variances: Float32Array;
  readonly highestSquares: number;
}

/** Bytes of scratch memory that a window takes. */
export function deviationBytes(window: DeviationWindow): number {
  return deviationPlaces(window, 0).end;
}

/** CC(f^2, m)/N - (CC(f, m)/N)^2 for the image f of a window and the weights m of a mask, in double precision; the engine's scratch memory must hold it. */
export function localVariances(
  room: Pick<EngineRoom, "memory" | "scratch">,
  window: DeviationWindow,
  image: GridImage,
  mask: Float32Array,
): LocalVariances {
  const { memory } = room;
  const { target, layout, bytes, targetBytes, ...at } = deviationPlaces(window, room.scratch);
  const { a, b, c } = layout;
  putImage(memory, at.box, target, image, 1, true);
  const weight = a.length * b.length * c.length * mask.reduce((sum, value) => sum + value, 0);
  const { templateShape } = window;
  putImage(memory, at.maskBox, layout, imageOf(mask, templateShape), 1 / weight, false);
  const words = new Int32Array(memory.buffer);
  words.set(layout.startsB, at.startsB / 4);
  words.set(layout.startsC, at.startsC / 4);
  for (const axis of [...at.targetAxes, ...at.axes]) putAxis(memory, axis, 2);
  const tiles = { tilesB: layout.startsB.length - 1, startsB: at.startsB };
  putPlan(memory, at.targetPlan, {
    ...{ axisA: at.targetAxes[0]!.at, axisB: at.targetAxes[1]!.at, axisC: at.targetAxes[2]!.at, ...tiles },
    ...{ box: at.box, boxVectors: target.boxVectors, tile: at.targetTile, planeIn: at.targetPlaneIn },
    rowsIn: 2 * target.boxVectors,
  });
  putPlan(memory, at.plan, {
    ...{ axisA: at.axes[0]!.at, axisB: at.axes[1]!.at, axisC: at.axes[2]!.at, ...tiles },
    ...{ box: at.maskBox, boxVectors: layout.boxVectors, planes: at.planes, tile: at.tile, planeIn: at.planeIn },
    ...{ planeOut: at.planeOut, rowsIn: 2 * layout.boxVectors, rowsOut: 2 * vectors(c.outputs, 2) },
    ...{ tilesC: layout.startsC.length - 1, startsC: at.startsC, slabs: at.slabs, slabPitch: layout.slabPitch },
    ...{ rowTiles: at.rowTiles, stepB: b.step, stepC: c.step },
  });
  const exports = instantiate<{
    variances(target: number, mask: number, to: number, stepA: number): void;
    highestSquares(): number;
  }>(base64, memory);
  exports.variances(at.targetPlan, at.plan, at.variances, a.step);
  const voxels = window.shape[0] * window.shape[1] * window.shape[2];
  return {
    variances: new Float32Array(memory.buffer, at.variances, voxels),
    highestSquares: exports.highestSquares(),
  };
}

function imageOf(values: Float32Array, shape: Shape3): GridImage {
  const width = shape[2];
  return {
    shape,
    origin: [0, 0, 0],
    rows: (z, y, row) => {
      const start = (z * shape[1] + y) * width;
      row.set(values.subarray(start, start + width));
      return true;
    },
  };
}

/** Everything from `start` on. */
function deviationPlaces({ shape, templateShape, grid }: DeviationWindow, start: number) {
  const layout = engineLayout({ shape, templateShape, grid }, 2);
  const target: EngineLayout = wholeGrid(layout);
  const [bytes, targetBytes] = [bytesOf(layout), bytesOf(target)];
  const { place, end } = places(start);
  return {
    ...{ layout, target, bytes, targetBytes },
    axes: axisPlaces(layout, place),
    targetAxes: axisPlaces(target, place),
    plan: place(PLAN_BYTES),
    targetPlan: place(PLAN_BYTES),
    startsB: place(4 * layout.startsB.length),
    startsC: place(4 * layout.startsC.length),
    box: place(targetBytes.box),
    maskBox: place(bytes.box),
    planes: place(bytes.planes),
    tile: place(bytes.tile),
    targetTile: place(bytes.tile),
    planeIn: place(bytes.planeIn),
    targetPlaneIn: place(targetBytes.planeIn),
    planeOut: place(bytes.planeOut),
    slabs: place(bytes.slab),
    rowTiles: place(bytes.rowTiles),
    variances: place(4 * shape[0] * shape[1] * shape[2]),
    end: end(),
  };
}
