type Shape3 = readonly [number, number, number];

/** Mean and population deviation. */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and deviation over all voxels. */
export function momentsOf(values: Float32Array): Moments {
  let sum = 0;
  for (let voxel = 0; voxel < values.length; voxel++) sum += values[voxel]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let voxel = 0; voxel < values.length; voxel++) squares += (values[voxel]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** Mean and deviation of the target mirrored by floor((t - 1) / 2) voxels before and the rest of t - 1 after each axis, as pyTME extends it. */
export function mirroredMoments(values: Float32Array, shape: Shape3, templateShape: Shape3): Moments {
  const [zs, ys, xs] = shape.map((length, axis) => occurrences(length, templateShape[axis]!)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const { mean: about } = momentsOf(values);
  let [count, sum, squares] = [0, 0, 0];
  for (let z = 0, at = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++) {
      const times = zs[z]! * ys[y]!;
      for (let x = 0; x < shape[2]; x++, at++) {
        const weight = times * xs[x]!;
        const value = values[at]! - about;
        count += weight;
        sum += weight * value;
        squares += weight * value * value;
      }
    }
  const mean = sum / count;
  return { mean: about + mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** How often each index occurs along the extended axis. */
function occurrences(length: number, template: number): Float64Array {
  const times = new Float64Array(length);
  const before = (template - 1) >> 1;
  for (let at = -before; at < length + template - 1 - before; at++) {
    const index = ((at % (2 * length)) + 2 * length) % (2 * length);
    times[index < length ? index : 2 * length - 1 - index]!++;
  }
  return times;
}
