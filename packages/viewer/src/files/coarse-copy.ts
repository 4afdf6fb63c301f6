import type { MapName } from "@rotoscope/arrow/messages";
import type { PlaneMaps, Shape3, SlicedFile } from "./sliced-file.js";

/** Memory that the copy of a file may take, where nothing else is said. */
const COARSE_BYTES = 64 * 2 ** 20;

/** Every n-th z plane of a file, for slices along y and x. */
export interface CoarseCopy {
  /** n: 1 when every plane is held. */
  readonly every: number;
  /** How many of its planes are held, 0 to 1. */
  readonly progress: number;
  /** The planes that are held, in their order. */
  planes(): Iterable<PlaneMaps>;
  /** The plane at `z`, where that one is held. */
  exact(z: number): PlaneMaps | undefined;
  /** A slice along y (1) or x (2), every row from the nearest plane that is held; NaN, or rotation -1, while none is. */
  cut(map: MapName, axis: 1 | 2, index: number): Float32Array | Int32Array;
  /** Reads the planes that miss, coarse ones first; `turn` resolves when the next one may be read. Rejects when reading does. */
  fill(turn: () => Promise<void>, onPlane: () => void): Promise<void>;
}

/** An empty copy of `file`, to take at most `bytes` of memory, but one plane at least. */
export function coarseCopy(file: SlicedFile, bytes: number = COARSE_BYTES): CoarseCopy {
  const { shape, maps } = file;
  const [nz, ny, nx] = shape;
  const every = Math.min(nz, Math.ceil((nz * ny * nx * maps.length * 4) / bytes));
  const count = Math.ceil(nz / every);
  const held: (PlaneMaps | undefined)[] = new Array(count).fill(undefined);
  let filled = 0;
  const zOf = (k: number): number => Math.min(nz - 1, k * every + (every >> 1));

  return {
    every,
    get progress() {
      return filled / count;
    },
    *planes() {
      for (const plane of held) if (plane) yield plane;
    },
    exact: (z) => {
      const k = Math.floor(z / every);
      return zOf(k) === z ? held[k] : undefined;
    },
    cut(map, axis, index) {
      const columns = axis === 1 ? nx : ny;
      const out =
        map === "rotations" ? new Int32Array(nz * columns).fill(-1) : new Float32Array(nz * columns).fill(Number.NaN);
      const rows = nearestHeld(held).map((plane) => plane?.[map] && rowOf(plane[map], shape, axis, index));
      for (let z = 0; z < nz; z++) {
        const row = rows[Math.floor(z / every)];
        if (row) out.set(row, z * columns);
      }
      return out;
    },
    async fill(turn, onPlane) {
      for (const k of coarseFirst(count)) {
        if (held[k]) continue;
        await turn();
        held[k] = await file.readPlane(zOf(k));
        filled++;
        onPlane();
      }
    },
  };
}

function rowOf(
  plane: Float32Array | Int32Array,
  [, ny, nx]: Shape3,
  axis: 1 | 2,
  index: number,
): Float32Array | Int32Array {
  if (axis === 1) return plane.subarray(index * nx, index * nx + nx);
  const row = new (plane.constructor as Float32ArrayConstructor)(ny);
  for (let y = 0, at = index; y < ny; y++, at += nx) row[y] = plane[at]!;
  return row;
}

/** For each place the nearest plane that is held. */
function nearestHeld(held: readonly (PlaneMaps | undefined)[]): (PlaneMaps | undefined)[] {
  const below = held.slice();
  const distance = held.map((plane) => (plane ? 0 : Number.POSITIVE_INFINITY));
  for (let k = 1; k < held.length; k++) {
    if (distance[k - 1]! + 1 >= distance[k]!) continue;
    distance[k] = distance[k - 1]! + 1;
    below[k] = below[k - 1];
  }
  for (let k = held.length - 2; k >= 0; k--) {
    if (distance[k + 1]! + 1 >= distance[k]!) continue;
    distance[k] = distance[k + 1]! + 1;
    below[k] = below[k + 1];
  }
  return below;
}

/** 0 to count - 1, those that halve the gaps first. */
export function coarseFirst(count: number): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  for (let step = 2 ** Math.ceil(Math.log2(Math.max(1, count))); step >= 1; step /= 2)
    for (let k = step >> 1; k < count; k += step) {
      if (!seen.has(k)) order.push(k);
      seen.add(k);
    }
  return order;
}
