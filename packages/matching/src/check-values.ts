/** Values that a call looks at: the compiler takes a function that is called often more quickly than a loop that goes on. */
const PIECE = 2 ** 14;

/** The index of the first value that isn't finite; -1 without one. Quick over all voxels of a target. */
export function firstNotFinite(values: Float32Array): number {
  for (let from = 0; from < values.length; from += PIECE) {
    const to = Math.min(from + PIECE, values.length);
    if (allFinite(values, from, to)) continue;
    for (let at = from; at < to; at++) if (!Number.isFinite(values[at])) return at;
  }
  return -1;
}

/** The index of the first value that isn't a weight, a number from 0 on; -1 without one. */
export function firstNotWeight(values: Float32Array): number {
  for (let at = 0; at < values.length; at++) if (!(values[at]! >= 0)) return at;
  return -1;
}

/** The sum of all values, one after the other. */
export function sumOf(values: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum;
}

/** 0 x value is 0 for finite values alone; there are four sums as each has to wait for its last addition. */
function allFinite(values: Float32Array, from: number, to: number): boolean {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let at = from;
  for (; at + 3 < to; at += 4) {
    first += values[at]! * 0;
    second += values[at + 1]! * 0;
    third += values[at + 2]! * 0;
    fourth += values[at + 3]! * 0;
  }
  for (; at < to; at++) first += values[at]! * 0;
  return first + second + third + fourth === 0;
}
