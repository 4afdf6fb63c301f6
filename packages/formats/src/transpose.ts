import { sizeOf, stridesOf } from "@rotoscope/core";

type NumericArray = { readonly length: number; [index: number]: number };

/**
 * Writes the C-order array `from` of `shape` into `to` with its axes in another order: axis i of `to` is axis `axes[i]` of `from`.
 * Returns the shape of `to`, which holds as many elements as `from`.
 */
export function transpose(
  from: ArrayLike<number>,
  shape: readonly number[],
  axes: readonly number[],
  to: NumericArray,
): number[] {
  const newShape = axes.map((axis) => shape[axis] ?? 1);
  const strides = stridesOf(shape);
  const steps = axes.map((axis) => strides[axis] ?? 0);
  const last = newShape.length - 1;
  const rowLength = newShape[last] ?? 1;
  const rowStep = steps[last] ?? 0;
  const index = new Array<number>(Math.max(last, 0)).fill(0);
  const size = sizeOf(newShape);
  for (let row = 0; row < size; row += rowLength) {
    let source = 0;
    for (let axis = 0; axis < last; axis++) source += index[axis]! * steps[axis]!;
    for (let column = 0; column < rowLength; column++) to[row + column] = from[source + column * rowStep]!;
    for (let axis = last - 1; axis >= 0 && ++index[axis]! === newShape[axis]; axis--) index[axis] = 0;
  }
  return newShape;
}
