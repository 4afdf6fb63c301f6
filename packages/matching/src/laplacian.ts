type Shape3 = readonly [number, number, number];

/** Second differences along all axes longer than 1, the volume being continued by its outermost voxels: scipy's `laplace` with mode `reflect`. */
export function laplacian(values: Float32Array, shape: Shape3): Float32Array {
  const out = new Float64Array(values.length);
  shape.forEach((length, axis) => {
    const stride = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
    for (let voxel = 0; length > 1 && voxel < values.length; voxel++) {
      const index = Math.floor(voxel / stride) % length;
      const before = values[index > 0 ? voxel - stride : voxel]!;
      const after = values[index < length - 1 ? voxel + stride : voxel]!;
      out[voxel]! += before - 2 * values[voxel]! + after;
    }
  });
  return Float32Array.from(out);
}
