/** How a length is split: the outer stages from the outside in (at least one, of radix 1 where nothing is left), and the innermost. */
export interface Factors {
  readonly outer: readonly number[];
  readonly inner: number;
}

/** Measured cost of a stage, forward and back, per element: radices over 5 spill registers. */
const STAGE: Readonly<Record<number, number>> = { 2: 1.7, 3: 2.6, 4: 2.7, 5: 5.4, 7: 9 };
/** Measured cost of the innermost stage, which has no twiddles, with the spectrum's product. */
const INNER: Readonly<Record<number, number>> = { 1: 1, 2: 1.6, 3: 2, 4: 2.4, 5: 4.6, 7: 7, 11: 15, 13: 18 };

const known = new Map<number, { readonly factors: Factors; readonly cost: number } | null>();

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
  for (let candidate = length; candidate <= 2 * length; candidate++) if (cost(candidate) < cost(best)) best = candidate;
  return best;
}

function cheapest(length: number): { readonly factors: Factors; readonly cost: number } | null {
  const remembered = known.get(length);
  if (remembered !== undefined) return remembered;
  let best: { readonly factors: Factors; readonly cost: number } | null = null;
  for (const [key, innerCost] of Object.entries(INNER)) {
    const inner = Number(key);
    if (length % inner !== 0 || (inner === 1 && length > 1)) continue;
    const outer = outerStages(length / inner);
    if (outer === null) continue;
    const cost = innerCost + outer.reduce((sum, radix) => sum + (STAGE[radix] ?? 1), 0);
    if (best === null || cost < best.cost) best = { factors: { outer, inner }, cost };
  }
  known.set(length, best);
  return best;
}

/** The cheapest radices whose product is `length`; a four outermost where there is one: there unused inputs and outputs save most. */
function outerStages(length: number): number[] | null {
  if (length === 1) return [1];
  let best: readonly number[] | null = null;
  const cost = (radices: readonly number[]): number => radices.reduce((sum, radix) => sum + STAGE[radix]!, 0);
  const extend = (rest: number, smallest: number, radices: readonly number[]): void => {
    if (rest === 1 && (best === null || cost(radices) < cost(best))) best = radices;
    for (const radix of Object.keys(STAGE).map(Number))
      if (radix >= smallest && rest % radix === 0) extend(rest / radix, radix, [...radices, radix]);
  };
  extend(length, 2, []);
  return best && outermostFour(best);
}

function outermostFour(radices: readonly number[]): number[] {
  const four = radices.indexOf(4);
  return four < 0 ? [...radices] : [4, ...radices.slice(0, four), ...radices.slice(four + 1)];
}
