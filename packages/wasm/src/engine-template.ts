import { splineCoefficients } from "./spline-coefficients.js";

type Shape3 = readonly [number, number, number];

/** Planes around a volume that is sampled: one before, two after on each axis, as the kernels expect. */
const [BEFORE, AROUND] = [1, 3];

/** Float32 values of a padded volume. */
export function paddedSize([depth, height, width]: Shape3): number {
  return (depth + AROUND) * (height + AROUND) * (width + AROUND);
}

/** A volume, mirrored at its first and last voxels, as the kernels sample it; `filtered`: its spline coefficients instead of its values. */
export function padded(values: Float32Array, shape: Shape3, filtered: boolean): Float32Array {
  const source = filtered ? splineCoefficients(values, shape) : values;
  const [zs, ys, xs] = shape.map((length) =>
    Int32Array.from({ length: length + AROUND }, (_, at) => mirrored(at - BEFORE, length)),
  ) as [Int32Array, Int32Array, Int32Array];
  const out = new Float32Array(paddedSize(shape));
  let to = 0;
  for (const z of zs) for (const y of ys) for (const x of xs) out[to++] = source[(z * shape[1] + y) * shape[2] + x]!;
  return out;
}

function mirrored(index: number, length: number): number {
  const period = Math.max(1, 2 * length - 2);
  const at = ((index % period) + period) % period;
  return Math.min(at, period - at);
}

/** Per row the first x whose weight isn't 0 and the one after the last; without `mask` whole rows. */
export function spansOf([depth, height, width]: Shape3, mask: Float32Array | null): Int32Array {
  const spans = new Int32Array(2 * depth * height);
  for (let row = 0; row < depth * height; row++) {
    const weights = mask?.subarray(row * width, (row + 1) * width);
    const first = weights ? weights.findIndex((weight) => weight !== 0) : 0;
    if (first < 0) continue;
    let end = width;
    while (weights && weights[end - 1] === 0) end--;
    spans.set([first, end], 2 * row);
  }
  return spans;
}
