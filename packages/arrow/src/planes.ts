/** The two axes that remain when `axis` is cut, slow one first. */
export function planeAxes(axis: 0 | 1 | 2): readonly [0 | 1 | 2, 0 | 1 | 2] {
  return axis === 0 ? [1, 2] : axis === 1 ? [0, 2] : [0, 1];
}

/** Copies the plane `index` along `axis` out of `volume` (C order, z y x): rows x columns are the two remaining axes. Throws a RangeError for an index outside. */
export function cutPlane<T extends Float32Array | Int32Array>(
  volume: T,
  shape: readonly [number, number, number],
  axis: 0 | 1 | 2,
  index: number,
  out: T,
): T {
  if (!(index >= 0 && index < shape[axis]))
    throw new RangeError(`plane ${index} of axis ${axis}, expected 0 to ${shape[axis] - 1}`);
  const stride = [shape[1] * shape[2], shape[2], 1] as const;
  const [rowAxis, columnAxis] = planeAxes(axis);
  const [rows, columns] = [shape[rowAxis], shape[columnAxis]];
  const [rowStride, columnStride] = [stride[rowAxis], stride[columnAxis]];
  let to = 0;
  for (let row = 0; row < rows; row++) {
    let from = index * stride[axis] + row * rowStride;
    for (let column = 0; column < columns; column++, from += columnStride) out[to++] = volume[from]!;
  }
  return out;
}
