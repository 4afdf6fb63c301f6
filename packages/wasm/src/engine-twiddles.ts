/**
 * exp(2 pi i numerator / denominator) as [cosine, sine], to within one unit in the last place.
 *
 * From additions and multiplications alone, so that it has the same bits on every machine; Math.sin is not specified to the bit.
 */
export function rootOfUnity(numerator: number, denominator: number): [number, number] {
  const turn = (((numerator % denominator) + denominator) % denominator) * 8;
  const octant = Math.floor(turn / denominator);
  const rest = turn - octant * denominator;
  const odd = octant % 2 === 1;
  const angle = ((odd ? denominator - rest : rest) / denominator) * QUARTER_PI;
  const [c, s] = odd ? [sine(angle), cosine(angle)] : [cosine(angle), sine(angle)];
  switch (octant >> 1) {
    case 0:
      return [c, s];
    case 1:
      return [-s, c];
    case 2:
      return [-c, -s];
    default:
      return [s, -c];
  }
}

const QUARTER_PI = Math.PI / 4;

/** Taylor series on [0, pi / 4]. */
function sine(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = 19; n >= 3; n -= 2) sum = (-square / (n * (n - 1))) * (1 + sum);
  return x + x * sum;
}

function cosine(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = 20; n >= 4; n -= 2) sum = (-square / (n * (n - 1))) * (1 + sum);
  return 1 - (square / 2) * (1 + sum);
}
