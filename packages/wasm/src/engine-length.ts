/** How a length is split: the outer stages from the outside in (at least one, of radix 1 where nothing is left), and the innermost. */
export interface Factors {
  readonly outer: readonly number[];
  readonly inner: number;
}

/** Measured cost of a stage, forward and back, per element: radices over 5 spill registers. */
const STAGE: Readonly<Record<number, number>> = { 2: 1.7, 3: 2.5, 4: 2.9, 5: 4.9, 7: 9.7 };
const STAGES = Object.entries(STAGE).map(([radix, cost]) => [Number(radix), cost] as const);
/** The same inside the outermost stage and without a factor in common with what is inside: there are no twiddles. */
const COPRIME: Readonly<Record<number, number>> = { 2: 1.8, 3: 2, 4: 1.9, 5: 3.3, 7: 6.3 };
/** What is left of the cost of the outermost stage, as a rule: it leaves out unused inputs and outputs. */
const OUTERMOST = 0.5;
/** Measured cost of the innermost stage, which has no twiddles, with the spectrum's product. */
const INNER: Readonly<Record<number, number>> = {
  ...{ 1: 1.4, 2: 1.7, 3: 3.1, 4: 2.6, 5: 4.5, 6: 4.4, 7: 7.1, 8: 3.7 },
  ...{ 10: 6.1, 11: 13.5, 12: 4.4, 13: 16.5, 15: 6.9, 20: 7.1 },
};

/** Sums of costs in another order differ by less. */
const ROUNDING = 1e-9;

const known = new Map<number, Split | null>();
const least = new Map<number, number>();

/** The split of `length` that costs least; throws a `RangeError` for one with prime factors over 13. */
export function factorsOf(length: number): Factors {
  const best = cheapest(length);
  if (best === null) throw new RangeError(`length ${length} has a prime factor over 13`);
  return best.factors;
}

/** Estimated cost per element of a transform of `length`; Infinity for lengths with prime factors over 13. */
export function costOf(length: number): number {
  return cheapest(length)?.cost ?? Number.POSITIVE_INFINITY;
}

/** What an element costs besides its transforms: moving it about. */
const MOVING = 20;

/** The length of at least `length` whose transforms, four lines at a time, cost least. */
export function cheapLength(length: number): number {
  const cost = (candidate: number): number => 4 * Math.ceil(candidate / 4) * (costOf(candidate) + MOVING);
  let best = length;
  for (let candidate = length; candidate <= 2 * length; candidate++) {
    if (4 * Math.ceil(candidate / 4) * MOVING >= cost(best)) break;
    if (cost(candidate) < cost(best)) best = candidate;
  }
  return best;
}

/** The frequency at each place after the stages of a forward transform, which leave their values where they are. */
export function frequenciesOf({ outer, inner }: Factors): Int32Array {
  let frequencies = Int32Array.from({ length: inner }, (_, place) => place);
  for (let index = outer.length - 1; index >= 0; index--) {
    const [radix, m, within] = [outer[index]!, frequencies.length, frequencies];
    const turn = index > 0 ? turnOf(radix, m) : 0;
    const weight = turn > 0 ? radix * radix * inverse(radix, m) : radix;
    frequencies = Int32Array.from(
      { length: radix * m },
      (_, place) => (Math.floor(place / m) * (turn > 0 ? m * turn : 1) + weight * within[place % m]!) % (radix * m),
    );
  }
  return frequencies;
}

/** What m must be multiplied by to be 1 modulo the radix of a stage inside the outermost; 0 where they have a factor in common, so that the stage needs twiddles. */
export function turnOf(radix: number, m: number): number {
  return inverse(m, radix);
}

/** What `value` must be multiplied by to be 1 modulo `modulus`, or 0. */
function inverse(value: number, modulus: number): number {
  for (let factor = 1; factor < modulus; factor++) if ((factor * value) % modulus === 1) return factor;
  return 0;
}

interface Split {
  readonly factors: Factors;
  readonly cost: number;
}

function cheapest(length: number): Split | null {
  const remembered = known.get(length);
  if (remembered !== undefined) return remembered;
  if (leastInside(length) === Number.POSITIVE_INFINITY) return null;
  let best: Split | null =
    length === 1
      ? { factors: { outer: [1], inner: 1 }, cost: INNER[1]! }
      : inside(length, [1], 0, Number.POSITIVE_INFINITY);
  for (const [radix, cost] of STAGES) {
    const limit = best?.cost ?? Number.POSITIVE_INFINITY;
    const rest = length % radix === 0 ? inside(length / radix, [radix], OUTERMOST * cost, limit) : null;
    if (rest && (best === null || rest.cost < best.cost)) best = rest;
  }
  known.set(length, best);
  return best;
}

/** What it costs at least to go on inside with `length`, but for rounding; Infinity where there are no stages for it. */
function leastInside(length: number): number {
  const remembered = least.get(length);
  if (remembered !== undefined) return remembered;
  let cost = INNER[length] ?? Number.POSITIVE_INFINITY;
  for (const [radix, twiddled] of STAGES)
    if (length % radix === 0)
      cost = Math.min(cost, stageCost(radix, length / radix, twiddled) + leastInside(length / radix));
  least.set(length, cost);
  return cost;
}

function stageCost(radix: number, within: number, twiddled: number): number {
  return turnOf(radix, within) > 0 ? COPRIME[radix]! : twiddled;
}

/** The cheapest way to go on inside the stages `outer`, of which `length` is left; null where that costs more than `limit`. */
function inside(length: number, outer: readonly number[], cost: number, limit: number): Split | null {
  if (cost + leastInside(length) > limit + ROUNDING) return null;
  const inner = INNER[length];
  let best: Split | null = inner === undefined ? null : { factors: { outer, inner: length }, cost: cost + inner };
  for (const [radix, twiddled] of STAGES) {
    if (length % radix !== 0) continue;
    const own = stageCost(radix, length / radix, twiddled);
    const rest = inside(length / radix, [...outer, radix], cost + own, Math.min(limit, best?.cost ?? limit));
    if (rest && (best === null || rest.cost < best.cost)) best = rest;
  }
  return best;
}
