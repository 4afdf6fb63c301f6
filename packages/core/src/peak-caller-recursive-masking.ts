import { RotoscopeError } from "./errors.js";
import { type Kernels, plainKernels } from "./kernels.js";
import { type NdArray, ndarray, sizeOf, stridesOf } from "./ndarray.js";
import { type ArrayLikeNd, float32Array, shapeOf } from "./nested-array.js";
import { type CheckedPeakUpdate, PeakCaller } from "./peak-caller.js";
import type { PeakCallerOptions } from "./peak-options.js";
import type { PeakMap } from "./peak-planes.js";
import { proposeMaskingBy } from "./propose-masking.js";
import { rotate } from "./rotate.js";
import { squareMatrix } from "./square-matrix.js";

/** Options of `PeakCallerRecursiveMasking`. */
export interface RecursiveMaskingOptions extends PeakCallerOptions {
  /**
   * What to leave out about each peak, instead of a box of minDistance: its voxel floor(shape / 2) lies on the peak. With a rotation map and its matrices, or a matrix, it is rotated
   * by the winning rotation (linear) first. Voxels over 0.1 count.
   */
  readonly mask?: ArrayLikeNd;
}

/** Proposes the highest voxel, leaves out the box [p - floor(d/2), p + ceil(d/2)) or the mask about it, and again. */
export class PeakCallerRecursiveMasking extends PeakCaller {
  /** The option. */
  readonly mask: NdArray<Float32Array> | null;

  /** Throws a `RotoscopeError` (`argument`, `shape`) that names the option and its value. */
  constructor(options: RecursiveMaskingOptions, kernels: Kernels = plainKernels) {
    super(options, kernels);
    const { shape, batchDims, projectionDims } = this.options;
    const dimensions = shape.length - batchDims.length - projectionDims.length;
    const given = options.mask === undefined ? null : shapeOf(options.mask, "mask");
    if (given !== null && (given.length !== dimensions || dimensions < 2 || dimensions > 3))
      throw new RotoscopeError(
        "shape",
        `mask: shape [${given}], expected ${dimensions} axes, 2 or 3 (shape [${shape}])`,
      );
    this.mask = given === null ? null : float32Array(options.mask!, given, "mask");
  }

  protected propose(map: PeakMap, update: CheckedPeakUpdate): Int32Array {
    const { numPeaks, minDistance, minScore } = this.options;
    const mask = this.mask;
    if (mask === null)
      return this.kernels.proposeMasking(map.scores, map.shape, Math.floor(minDistance), numPeaks, minScore);
    const own = update.rotationMatrix === undefined ? null : squareMatrix(update.rotationMatrix);
    const rotated = new Map<Float32Array | null, readonly Run[]>();
    return proposeMaskingBy(map.scores, map.shape, numPeaks, minScore, (position, leaveOut, voxel) => {
      const winner = update.rotations?.data[map.whole(voxel)];
      const matrix = (winner === undefined ? own : update.rotationMapping?.get(winner)) ?? null;
      let runs = rotated.get(matrix);
      if (runs === undefined) {
        runs = runsOf(matrix === null ? mask : rotateMask(mask, matrix));
        rotated.set(matrix, runs);
      }
      const last = position.length - 1;
      for (const { start, from, to } of runs) {
        const row = start.map((offset, axis) => position[axis]! + offset);
        if (row.some((p, axis) => p < 0 || p >= map.shape[axis]!)) continue;
        const first = Math.max(0, position[last]! + from);
        const end = Math.min(map.shape[last]!, position[last]! + to);
        if (first < end) leaveOut(row, first, end);
      }
    });
  }
}

/** Voxels [from, to) of a row of the mask, relative to the peak. */
interface Run {
  readonly start: readonly number[];
  readonly from: number;
  readonly to: number;
}

function rotateMask(mask: NdArray<Float32Array>, matrix: Float32Array): NdArray<Float32Array> {
  if (mask.shape.length === 3) return rotate(mask, matrix);
  return ndarray(rotate(ndarray(mask.data, [1, ...mask.shape]), matrix).data, mask.shape);
}

function runsOf({ data, shape }: NdArray<Float32Array>): Run[] {
  const centre = shape.map((length) => Math.floor(length / 2));
  const stride = stridesOf(shape);
  const last = shape.length - 1;
  const rowLength = shape[last]!;
  const runs: Run[] = [];
  for (let row = 0; row < sizeOf(shape); row += rowLength) {
    const start = shape
      .slice(0, last)
      .map((length, axis) => (Math.floor(row / stride[axis]!) % length) - centre[axis]!);
    for (let at = 0; at < rowLength; at++) {
      if (!(data[row + at]! > 0.1)) continue;
      const from = at;
      while (at < rowLength && data[row + at]! > 0.1) at++;
      runs.push({ start, from: from - centre[last]!, to: at - centre[last]! });
    }
  }
  return runs;
}
