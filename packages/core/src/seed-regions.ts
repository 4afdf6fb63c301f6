import { stridesOf } from "./ndarray.js";

/** For each of many seeds the voxels near it, as runs [from, to) of flat indices. */
export interface SeedRegions {
  /** From and to of every run. */
  readonly runs: Int32Array;
  /** Where each seed's runs end in `runs`. */
  readonly ends: Int32Array;
}

/**
 * The voxels in an ellipsoid about each seed: |(R v) / radii| <= 1 for the offset v from the seed, R the seed's rotation (d x d); all wrapped periodically into `shape`.
 *
 * `voxels` holds the seeds' voxels, n x d; `matrices` their rotations, n x d x d. A radius of 0 keeps to the plane v = 0 along that (rotated) axis.
 * Of an ellipsoid wider than the map what lies within the map's diagonal counts.
 */
export function seedRegions(
  voxels: Int32Array,
  matrices: Float32Array,
  radii: readonly number[],
  shape: readonly number[],
): SeedRegions {
  const d = shape.length;
  const count = voxels.length / d;
  const round = radii.every((radius) => radius === radii[0]);
  const runs: number[] = [];
  const ends = new Int32Array(count);
  const diagonal = Math.hypot(...shape);
  let rows: readonly Row[] = round ? ellipsoidRows(identity(d), radii, diagonal) : [];
  const stride = stridesOf(shape);
  for (let seed = 0; seed < count; seed++) {
    if (!round) rows = ellipsoidRows(matrices.subarray(seed * d * d, (seed + 1) * d * d), radii, diagonal);
    for (const { offset, from, to } of rows) {
      let begin = 0;
      for (let axis = 0; axis < d - 1; axis++)
        begin += wrap(voxels[seed * d + axis]! + offset[axis]!, shape[axis]!) * stride[axis]!;
      pushWrapped(runs, begin, voxels[seed * d + d - 1]! + from, to - from, shape[d - 1]!);
    }
    ends[seed] = runs.length;
  }
  return { runs: Int32Array.from(runs), ends };
}

/** Sets `inside` to `value` in the regions of some seeds. */
export function markRegions(
  { runs, ends }: SeedRegions,
  seeds: readonly number[],
  inside: Uint8Array,
  value: number,
): void {
  for (const seed of seeds)
    for (let run = seed === 0 ? 0 : ends[seed - 1]!; run < ends[seed]!; run += 2)
      inside.fill(value, runs[run]!, runs[run + 1]!);
}

/** Offsets [from, to) along the last axis, at an offset along the others. */
interface Row {
  readonly offset: readonly number[];
  readonly from: number;
  readonly to: number;
}

function ellipsoidRows(matrix: Float32Array, radii: readonly number[], farthest: number): Row[] {
  const d = radii.length;
  const reach = Math.ceil(Math.min(Math.max(...radii), farthest));
  const side = 2 * reach + 1;
  const count = side ** (d - 1);
  const along = new Float64Array(d);
  const rows: Row[] = [];
  for (let row = 0; row < count; row++) {
    const offset: number[] = [];
    for (let axis = d - 2, rest = row; axis >= 0; axis--) {
      offset[axis] = (rest % side) - reach;
      rest = Math.floor(rest / side);
    }
    for (let k = 0; k < d; k++) {
      along[k] = 0;
      for (let axis = 0; axis < d - 1; axis++) along[k]! += matrix[k * d + axis]! * offset[axis]!;
    }
    let from = 1;
    let to = 0;
    for (let last = -reach; last <= reach; last++) {
      if (!isInside(along, last, matrix, radii)) continue;
      if (from > to) from = last;
      to = last + 1;
    }
    if (from < to) rows.push({ offset, from, to });
  }
  return rows;
}

/** Whether |(R v) / radii| <= 1, R v being `along` without the last axis' part. */
function isInside(along: Float64Array, last: number, matrix: Float32Array, radii: readonly number[]): boolean {
  const d = radii.length;
  let sum = 0;
  for (let k = 0; k < d; k++) {
    const value = along[k]! + matrix[k * d + d - 1]! * last;
    const radius = radii[k]!;
    if (radius > 0) sum += (value / radius) ** 2;
    else if (Math.abs(value) >= 0.5) return false;
  }
  return sum <= 1 + 1e-6;
}

function pushWrapped(runs: number[], begin: number, start: number, length: number, rowLength: number): void {
  if (length >= rowLength) {
    runs.push(begin, begin + rowLength);
    return;
  }
  const from = wrap(start, rowLength);
  const to = from + length;
  runs.push(begin + from, begin + Math.min(to, rowLength));
  if (to > rowLength) runs.push(begin, begin + to - rowLength);
}

function identity(d: number): Float32Array {
  return Float32Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
}

function wrap(value: number, length: number): number {
  return ((value % length) + length) % length;
}
