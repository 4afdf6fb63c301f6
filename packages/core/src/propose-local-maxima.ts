import { stridesOf } from "./ndarray.js";
import { proposeWindowMaxima } from "./propose-window-maxima.js";

/**
 * What scikit-image's `peak_local_max(scores, min_distance=distance, threshold_abs=threshold, num_peaks=count)` finds, in ascending order of index.
 *
 * Voxels that equal the maximum of the window of 2 distance + 1 about them, lie above `threshold` (default: the lowest score) and at least `distance` from every border; best
 * first, ties to the lower index, each at a Chebyshev distance >= `distance` from all better ones, `count` at most. An array of equal values has none. NaN is none (there it spreads). `windowMaxima` finds
 * the maxima of windows.
 */
export function proposeLocalMaxima(
  scores: Float32Array,
  shape: readonly number[],
  distance: number,
  count: number,
  threshold: number = lowestOf(scores),
  windowMaxima: typeof proposeWindowMaxima = proposeWindowMaxima,
): Int32Array {
  if (distance > 0 && scores.every((score) => score === scores[0])) return new Int32Array(0);
  const stride = stridesOf(shape);
  const candidates = windowMaxima(scores, shape, 2 * distance + 1).filter(
    (voxel) => scores[voxel]! > threshold && isInside(voxel, shape, stride, distance),
  );
  candidates.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return Int32Array.from(spaced(candidates, shape, stride, distance, count)).sort();
}

function lowestOf(scores: Float32Array): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let voxel = 0; voxel < scores.length; voxel++) if (scores[voxel]! < lowest) lowest = scores[voxel]!;
  return lowest;
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
): number[] {
  const kept: number[] = [];
  const taken = new Map<string, number[][]>();
  const edge = Math.max(1, distance);
  for (const voxel of candidates) {
    if (kept.length === count) break;
    const place = shape.map((length, axis) => Math.floor(voxel / stride[axis]!) % length);
    const cell = place.map((p) => Math.floor(p / edge));
    const near = neighbours(cell).flatMap((key) => taken.get(key) ?? []);
    if (near.some((other) => other.every((p, axis) => Math.abs(p - place[axis]!) < distance))) continue;
    kept.push(voxel);
    const key = cell.join();
    taken.set(key, [...(taken.get(key) ?? []), place]);
  }
  return kept;
}

function neighbours(cell: readonly number[]): string[] {
  let keys: number[][] = [[]];
  for (const at of cell) keys = keys.flatMap((key) => [-1, 0, 1].map((step) => [...key, at + step]));
  return keys.map((key) => key.join());
}
