/** How a length is split: the outer stages from the outside in (at least one, of radix 1 where nothing is left), and the innermost. */
export interface Factors {
  readonly outer: readonly number[];
  readonly inner: number;
}

/** Cost of a stage per element, in arbitrary units: additions and multiplications, and a pass over the tile. */
const STAGE: Readonly<Record<number, number>> = { 2: 5, 3: 6.5, 4: 6.5, 5: 8.5, 6: 8.5, 7: 11.5, 8: 8.5 };
/** The innermost stage has no twiddles and shares a pass with its neighbour. */
const INNER: Readonly<Record<number, number>> = {
  1: 2,
  2: 3.5,
  3: 4,
  4: 4,
  5: 5.5,
  6: 5.5,
  7: 8,
  8: 5.5,
  11: 16,
  13: 20,
};

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

/** The length of at least `length` whose transforms cost least. */
export function cheapLength(length: number): number {
  let best = length;
  for (let candidate = length; candidate <= 2 * length + 4; candidate++)
    if (candidate * costOf(candidate) < best * costOf(best)) best = candidate;
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

/** Radices whose product is `length`, the cheapest first choice; radices near 4 outermost, where unused inputs and outputs save most. */
function outerStages(length: number): number[] | null {
  if (length === 1) return [1];
  let best: number[] | null = null;
  const cost = (radices: readonly number[]): number => radices.reduce((sum, radix) => sum + STAGE[radix]!, 0);
  const extend = (rest: number, smallest: number, radices: readonly number[]): void => {
    if (rest === 1 && (best === null || cost(radices) < cost(best))) best = [...radices];
    for (const radix of Object.keys(STAGE).map(Number))
      if (radix >= smallest && rest % radix === 0) extend(rest / radix, radix, [...radices, radix]);
  };
  extend(length, 2, []);
  return best;
}
