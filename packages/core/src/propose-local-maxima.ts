import { CellGrid } from "./cell-grid.js";
import { stridesOf } from "./ndarray.js";
import { proposeWindowMaxima } from "./propose-window-maxima.js";

/**
 * What scikit-image's `peak_local_max(scores, min_distance=distance, num_peaks=count)` finds, in ascending order of index.
 *
 * Voxels that equal the maximum of the window of 2 distance + 1 about them, lie above the lowest score and at least `distance` from every border; best
 * first, ties to the lower index, each at a Chebyshev distance >= `distance` from all better ones, `count` at most. An array of equal values has none. NaN is none (there it spreads). `windowMaxima` finds
 * the maxima of windows.
 */
export function proposeLocalMaxima(
  scores: Float32Array,
  shape: readonly number[],
  distance: number,
  count: number,
  windowMaxima: typeof proposeWindowMaxima = proposeWindowMaxima,
): Int32Array {
  if (distance > 0 && scores.every((score) => score === scores[0])) return new Int32Array(0);
  const stride = stridesOf(shape);
  const maxima = windowMaxima(scores, shape, 2 * distance + 1).filter((voxel) =>
    isInside(voxel, shape, stride, distance),
  );
  const lowest = maxima.reduce((low, voxel) => Math.min(low, scores[voxel]!), Number.POSITIVE_INFINITY);
  const candidates = scores.some((score) => score < lowest)
    ? maxima
    : maxima.filter((voxel) => scores[voxel]! > lowest);
  candidates.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return spaced(candidates, shape, stride, distance, count).sort();
}

function isInside(voxel: number, shape: readonly number[], stride: readonly number[], border: number): boolean {
  return shape.every((length, axis) => {
    const p = Math.floor(voxel / stride[axis]!) % length;
    return p >= border && p < length - border;
  });
}

/** Keeps voxels greedily; two candidates closer than `distance` are equal, and seen from one another along a plateau. */
function spaced(
  candidates: Int32Array,
  shape: readonly number[],
  stride: readonly number[],
  distance: number,
  count: number,
): Int32Array {
  const axes = shape.length;
  const places = Float64Array.from(
    { length: candidates.length * axes },
    (_, at) => Math.floor(candidates[Math.floor(at / axes)]! / stride[at % axes]!) % shape[at % axes]!,
  );
  const isNear = (a: number, b: number): boolean => {
    for (let axis = 0; axis < axes; axis++)
      if (Math.abs(places[a * axes + axis]! - places[b * axes + axis]!) >= distance) return false;
    return true;
  };
  const grid = new CellGrid(places, axes, Math.max(1, distance));
  let size = 0;
  return candidates.filter((_, at) => {
    if (size === count || grid.hasNear(at, isNear)) return false;
    grid.add(at);
    size++;
    return true;
  });
}
