/** A position in voxels of the whole result, from one in voxels of a view that takes `binning` of them per axis as one; rounded to a 1000th. */
export function wholePosition(
  [z, y, x]: readonly [number, number, number],
  binning: number,
): readonly [number, number, number] {
  const whole = (index: number) => Math.round(((index + 0.5) * binning - 0.5) * 1000) / 1000;
  return [whole(z), whole(y), whole(x)];
}
