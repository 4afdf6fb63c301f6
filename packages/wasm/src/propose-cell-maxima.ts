import { type Kernels, plainKernels, stridesOf } from "@rotoscope/core";
import { at, type Place, workspace } from "./memories.js";

const mostBytes = 2 ** 29;

/** The compiled `proposeCellMaxima`: layer by layer of cells, with the planes that their windows reach. */
export const proposeCellMaxima: Kernels["proposeCellMaxima"] = (scores, shape, distance) => {
  const axes = shape.length;
  const stride = stridesOf(shape);
  const cells = shape.map((length) => Math.max(1, Math.floor(length / distance)));
  const edges = shape.map((length, axis) => Math.ceil(length / cells[axis]!));
  const perLayer = cells.slice(1).reduce((product, along) => product * along, 1);
  const planes = Math.min(shape[0]!, edges[0]! + 2 * distance);
  const data = at.free + 64 * (axes + 1);
  if (4 * planes * stride[0]! > mostBytes) return plainKernels.proposeCellMaxima(scores, shape, distance);
  const place = workspace(data - at.free + 4 * planes * stride[0]!);
  const slab = new Float32Array(place.memory.buffer, data, planes * stride[0]!);
  const box = boxIn(place, stride);
  const found = new Set<number>();
  for (let layer = 0; layer < cells[0]!; layer++) {
    const start = Math.min(layer * edges[0]!, shape[0]! - edges[0]!);
    const top = Math.max(0, start - distance);
    const end = Math.min(shape[0]!, start + edges[0]! + distance);
    slab.set(scores.subarray(top * stride[0]!, end * stride[0]!));
    for (let cell = 0; cell < perLayer; cell++) {
      box.from[0] = start - top;
      box.to[0] = start - top + edges[0]!;
      for (let axis = axes - 1, rest = cell; axis > 0; axis--) {
        const from = Math.min((rest % cells[axis]!) * edges[axis]!, shape[axis]! - edges[axis]!);
        box.from[axis] = from;
        box.to[axis] = from + edges[axis]!;
        rest = Math.floor(rest / cells[axis]!);
      }
      const highest = place.exports.highestInBox(data, at.free, axes);
      if (highest === -1) continue;
      for (let axis = 0, rest = highest; axis < axes; axis++) {
        const p = Math.floor(rest / stride[axis]!);
        const bound = axis === 0 ? end - top : shape[axis]!;
        box.from[axis] = Math.max(0, p - distance);
        box.to[axis] = Math.min(bound, p + distance);
        rest -= p * stride[axis]!;
      }
      if (place.exports.boxExceeds(data, at.free, axes, slab[highest]!) === 0) found.add(top * stride[0]! + highest);
    }
  }
  return Int32Array.from(found).sort();
};

/** The box that the compiled kernels read: strides, starts and ends per axis, and room for a position. */
function boxIn({ memory }: Place, stride: readonly number[]): { from: Int32Array; to: Int32Array } {
  const axes = stride.length;
  const field = (number: number): Int32Array => new Int32Array(memory.buffer, at.free + 4 * number * axes, axes);
  field(0).set(stride);
  return { from: field(1), to: field(2) };
}
