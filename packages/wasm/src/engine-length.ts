/** How a length is split: the outer stages from the outside in (at least one, of radix 1 where nothing is left), and the innermost. */
export interface Factors {
  readonly outer: readonly number[];
  readonly inner: number;
}

/** Measured cost of a stage within a tile, forward and back, per element: radices over 4 spill registers. */
const STAGES = costs({ 2: 2, 3: 2.8, 4: 2.7, 5: 4.5, 7: 8.5 });
/** The same inside the outermost stage and without a factor in common with what is inside: there are no twiddles. */
const COPRIME: Readonly<Record<number, number>> = { 2: 1.9, 3: 2.4, 4: 2.3, 5: 3.8, 7: 8 };
/** The same of the outermost stage, which leaves out unused inputs and outputs. */
const OUTERMOST = costs({ 1: 2, 2: 2.2, 3: 2.7, 4: 2.6, 5: 3.8, 7: 9.5 });
/** Measured cost of the innermost stage, which has no twiddles: on the middle axis, with the spectrum's product, and on the others. */
const INNER: Readonly<Record<Role, Readonly<Record<number, number>>>> = {
  middle: {
    ...{ 1: 2, 2: 2.3, 3: 3.4, 4: 3.3, 5: 5.2, 6: 5, 7: 9.5, 8: 4.2 },
    ...{ 10: 7.5, 11: 17.7, 12: 6.3, 13: 22, 15: 9.5, 20: 9.2 },
  },
  outer: {
    ...{ 1: 1.9, 2: 1.6, 3: 2, 4: 1.8, 5: 3.1, 6: 3.8, 7: 7.3, 8: 2.7 },
    ...{ 10: 4.7, 11: 12.5, 12: 3.5, 13: 19.9, 15: 5.3, 20: 5.5 },
  },
};

/** An axis' part in the correlation: the `middle` one meets the spectrum. */
export type Role = "middle" | "outer";

/** Sums of costs in another order differ by less. */
const ROUNDING = 1e-9;

const known = { middle: new Map<number, Split | null>(), outer: new Map<number, Split | null>() };
const cost = { middle: new Map<number, number>(), outer: new Map<number, number>() };
const least = { middle: new Map<number, number>(), outer: new Map<number, number>() };

/** The split of `length` that costs least; throws a `RangeError` for one with prime factors over 13. */
export function factorsOf(length: number, role: Role): Factors {
  const best = cheapest(length, role);
  if (best === null) throw new RangeError(`length ${length} has a prime factor over 13`);
  return best.factors;
}

/** Estimated cost per element of a transform of `length`; Infinity for lengths with prime factors over 13. */
export function costOf(length: number, role: Role): number {
  const remembered = cost[role].get(length);
  if (remembered !== undefined) return remembered;
  let best = Number.POSITIVE_INFINITY;
  for (const [radix, own] of OUTERMOST)
    if (length % radix === 0) best = Math.min(best, own + leastInside(length / radix, role));
  cost[role].set(length, best);
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

/** Radices with their costs. */
function costs(ofRadix: Readonly<Record<number, number>>): readonly (readonly [number, number])[] {
  return Object.entries(ofRadix).map(([radix, cost]) => [Number(radix), cost]);
}

interface Split {
  readonly factors: Factors;
  readonly cost: number;
}

function cheapest(length: number, role: Role): Split | null {
  const remembered = known[role].get(length);
  if (remembered !== undefined) return remembered;
  if (leastInside(length, role) === Number.POSITIVE_INFINITY) return null;
  let best: Split | null = null;
  for (const [radix, cost] of OUTERMOST) {
    if (length % radix !== 0) continue;
    const rest = inside(length / radix, role, [radix], cost, best?.cost ?? Number.POSITIVE_INFINITY);
    if (rest && (best === null || rest.cost < best.cost)) best = rest;
  }
  known[role].set(length, best);
  return best;
}

/** What it costs at least to go on inside with `length`, but for rounding; Infinity where there are no stages for it. */
function leastInside(length: number, role: Role): number {
  const remembered = least[role].get(length);
  if (remembered !== undefined) return remembered;
  let cost = INNER[role][length] ?? Number.POSITIVE_INFINITY;
  for (const [radix, twiddled] of STAGES)
    if (length % radix === 0)
      cost = Math.min(cost, stageCost(radix, length / radix, twiddled) + leastInside(length / radix, role));
  least[role].set(length, cost);
  return cost;
}

function stageCost(radix: number, within: number, twiddled: number): number {
  return turnOf(radix, within) > 0 ? COPRIME[radix]! : twiddled;
}

/** The cheapest way to go on inside the stages `outer`, of which `length` is left; null where that costs more than `limit`. */
function inside(length: number, role: Role, outer: readonly number[], cost: number, limit: number): Split | null {
  if (cost + leastInside(length, role) > limit + ROUNDING) return null;
  const inner = INNER[role][length];
  let best: Split | null = inner === undefined ? null : { factors: { outer, inner: length }, cost: cost + inner };
  for (const [radix, twiddled] of STAGES) {
    if (length % radix !== 0) continue;
    const own = stageCost(radix, length / radix, twiddled);
    const rest = inside(length / radix, role, [...outer, radix], cost + own, Math.min(limit, best?.cost ?? limit));
    if (rest && (best === null || rest.cost < best.cost)) best = rest;
  }
  return best;
}
