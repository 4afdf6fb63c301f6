import { type Kernels, plainKernels } from "@rotoscope/core";
import { joined } from "./joined.js";
import { slabMaxima } from "./slab-maxima.js";

/** The compiled `windowMaximum`. */
export const windowMaximum: Kernels["windowMaximum"] = (data, shape, size, back = Math.floor(size / 2)) => {
  const maxima = new Float32Array(data.length);
  const done = slabMaxima(data, shape, size, back, ({ place, highest, first, count }) => {
    maxima.set(new Float32Array(place.memory.buffer, highest, count), first);
  });
  return done ? maxima : plainKernels.windowMaximum(data, shape, size, back);
};

/** The compiled `proposeWindowMaxima`. */
export const proposeWindowMaxima: Kernels["proposeWindowMaxima"] = (scores, shape, size) => {
  const pieces: Int32Array[] = [];
  const done = slabMaxima(scores, shape, size, Math.floor(size / 2), ({ place, highest, free, first, count }) => {
    const { buffer } = place.memory;
    new Float32Array(buffer, free, count).set(scores.subarray(first, first + count));
    const voxels = free + 4 * count;
    const found = place.exports.equalVoxels(free, highest, count, first, voxels);
    pieces.push(new Int32Array(buffer, voxels, found).slice());
  });
  return done ? joined(pieces) : plainKernels.proposeWindowMaxima(scores, shape, size);
};
