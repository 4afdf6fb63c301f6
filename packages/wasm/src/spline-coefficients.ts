type Shape3 = readonly [number, number, number];

/** Pole of the cubic B-spline's inverse filter. */
const POLE = Math.sqrt(3) - 2;

/**
 * Coefficients of the cubic B-spline through `values` (C order), mirrored at the first and last voxel of each axis, in float64. Same values as scipy's `spline_filter` of
 * order 3 (Unser, IEEE Signal Processing Magazine 16, 22, 1999).
 */
export function splineCoefficients(values: Float32Array, shape: Shape3): Float64Array {
  const out = Float64Array.from(values);
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const stride = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
    for (let outer = 0; outer < out.length; outer += length * stride)
      for (let inner = 0; inner < stride; inner++) filterLine(out, outer + inner, stride, length);
  });
  return out;
}

function filterLine(data: Float64Array, start: number, stride: number, length: number): void {
  const at = (index: number): number => start + index * stride;
  for (let k = 0; k < length; k++) data[at(k)]! *= 6;
  data[at(0)] = firstCoefficient(data, at, length);
  for (let k = 1; k < length; k++) data[at(k)]! += POLE * data[at(k - 1)]!;
  const last = at(length - 1);
  data[last] = (POLE / (POLE * POLE - 1)) * (data[last]! + POLE * data[at(length - 2)]!);
  for (let k = length - 2; k >= 0; k--) data[at(k)] = POLE * (data[at(k + 1)]! - data[at(k)]!);
}

/** The causal filter's first value: the mirrored line, summed over its whole period. */
function firstCoefficient(data: Float64Array, at: (index: number) => number, length: number): number {
  const period = POLE ** (2 * length - 2);
  let sum = data[at(0)]! + POLE ** (length - 1) * data[at(length - 1)]!;
  for (let k = 1; k < length - 1; k++) sum += (POLE ** k + POLE ** (2 * length - 2 - k)) * data[at(k)]!;
  return sum / (1 - period);
}
