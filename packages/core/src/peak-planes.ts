import { stridesOf } from "./ndarray.js";

/** One problem of a peak caller: a map without batch and projected axes, and where its voxels lie in the whole. */
export interface PeakMap {
  readonly scores: Float32Array;
  readonly shape: readonly number[];
  /** Axes of the whole map that remain. */
  readonly axes: readonly number[];
  /** Number of this problem among the batch. */
  readonly batch: number;
  /** Flat index in the whole map of a voxel of this one. */
  readonly whole: (voxel: number) => number;
}

/** Takes a map apart into one per index along the batch axes, each projected along the projected axes (the maximum; ties to the lower index, NaN never). */
export function* peakMaps(
  scores: Float32Array,
  shape: readonly number[],
  batchDims: readonly number[],
  projectionDims: readonly number[],
): Generator<PeakMap> {
  const axes = shape
    .map((_, axis) => axis)
    .filter((axis) => !batchDims.includes(axis) && !projectionDims.includes(axis));
  if (axes.length === shape.length) {
    yield { scores, shape, axes, batch: 0, whole: (voxel) => voxel };
    return;
  }
  const inner = offsets(shape, axes);
  const depths = offsets(shape, projectionDims);
  const batches = offsets(
    shape,
    [...batchDims].sort((a, b) => a - b),
  );
  for (let batch = 0; batch < batches.length; batch++) {
    const sources = new Int32Array(inner.length);
    const values = Float32Array.from(inner, (start, voxel) => {
      let best = Number.NEGATIVE_INFINITY;
      let source = start + batches[batch]! + depths[0]!;
      for (const depth of depths) {
        const at = start + batches[batch]! + depth;
        if (scores[at]! > best) {
          best = scores[at]!;
          source = at;
        }
      }
      sources[voxel] = source;
      return scores[source]!;
    });
    yield { scores: values, shape: axes.map((axis) => shape[axis]!), axes, batch, whole: (voxel) => sources[voxel]! };
  }
}

/** Number of the problem that a position belongs to. */
export function batchOf(position: readonly number[], shape: readonly number[], batchDims: readonly number[]): number {
  return [...batchDims].sort((a, b) => a - b).reduce((batch, axis) => batch * shape[axis]! + position[axis]!, 0);
}

/** Flat offsets of all positions along some axes, the last one fastest. */
function offsets(shape: readonly number[], axes: readonly number[]): Int32Array {
  const stride = stridesOf(shape);
  let all = [0];
  for (const axis of axes)
    all = all.flatMap((offset) => Array.from({ length: shape[axis]! }, (_, p) => offset + p * stride[axis]!));
  return Int32Array.from(all);
}
