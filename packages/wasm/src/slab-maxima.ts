import { at, type Place, workspace } from "./memories.js";

/** Elements of a slab, at least: small enough for the last-level cache. */
const SLAB = 1 << 20;
const mostBytes = 2 ** 29;

/** A slab of window maxima: `count` voxels from `first` on, in `place` at the address `highest`; `free` is the address of room for as many elements twice. */
export interface MaximaSlab {
  readonly place: Place;
  readonly highest: number;
  readonly free: number;
  readonly first: number;
  readonly count: number;
}

/**
 * Computes the maxima of the windows [p - back, p - back + size) along every axis slab by slab, and calls `visit` with each in order. NaN and what lies outside count as -Infinity.
 *
 * Says no, and does nothing, where a slab would take too much memory or a window lacks its own voxel.
 */
export function slabMaxima(
  data: Float32Array,
  shape: readonly number[],
  size: number,
  back: number,
  visit: (slab: MaximaSlab) => void,
): boolean {
  if (back < 0 || back >= size) return false;
  const axes = (shape.length === 1 ? [1, shape[0]!] : shape).map((length) => {
    const before = Math.min(back, length - 1);
    return { length, back: before, size: before + Math.min(size - back, length) };
  });
  const [first, ...inner] = axes;
  const depth = first!.length;
  const plane = data.length / depth;
  const halo = first!.size - 1;
  const step = Math.min(depth, Math.max(2 * first!.size, Math.ceil(SLAB / plane)));
  const tile = 64 * Math.max(256, ...axes.map((axis) => axis.length + axis.size), step + 2 * halo + 1);
  const bytes = 4 * plane * (step + halo);
  if (2 * bytes + 8 * plane * step + tile > mostBytes) return false;
  const place = workspace(2 * bytes + 8 * plane * step + tile + 64);
  const { memory, exports } = place;
  const planes = at.free + 64 + tile;
  const view = new Float32Array(memory.buffer, planes, 2 * (bytes / 4));
  for (let start = 0; start < depth; start += step) {
    const known = start === 0 ? 0 : halo;
    load(view, data, plane, start - first!.back + known, known, step + halo);
    const loaded = planes + 4 * plane * known;
    exports.withoutNaN(loaded, plane * (step + halo - known));
    let outer = step + halo - known;
    let below = plane;
    for (const axis of inner) {
      below /= axis.length;
      if (axis.size > 1 && below === 1) exports.rowMaxima(loaded, outer, axis.length, axis.size, axis.back, at.free);
      else if (axis.size > 1)
        exports.columnMaxima(loaded, outer, axis.length, axis.length, below, axis.size, axis.back, at.free);
      outer *= axis.length;
    }
    view.copyWithin((step + halo) * plane, step * plane, (step + halo) * plane);
    if (halo > 0) exports.columnMaxima(planes, 1, step + halo, step, plane, halo + 1, 0, at.free);
    const count = Math.min(step, depth - start) * plane;
    visit({ place, highest: planes, free: planes + 2 * bytes, first: start * plane, count });
    view.copyWithin(0, (step + halo) * plane, (step + 2 * halo) * plane);
  }
  return true;
}

/** Copies the planes from `from` on to the places `known` ... `end` - 1; those outside the array are -Infinity. */
function load(view: Float32Array, data: Float32Array, plane: number, from: number, known: number, end: number): void {
  const shift = from - known;
  const depth = data.length / plane;
  const begin = Math.min(Math.max(known, -shift), end);
  const stop = Math.max(Math.min(end, depth - shift), begin);
  view.fill(Number.NEGATIVE_INFINITY, known * plane, begin * plane);
  view.set(data.subarray((begin + shift) * plane, (stop + shift) * plane), begin * plane);
  view.fill(Number.NEGATIVE_INFINITY, stop * plane, end * plane);
}
