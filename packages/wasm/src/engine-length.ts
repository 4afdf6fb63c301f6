/** How a length is split: the outer stages from the outside in (at least one, of radix 1 where nothing is left), and the innermost. */
export interface Factors {
  readonly outer: readonly number[];
  readonly inner: number;
}

/** Measured cost of a stage, forward and back, per element: radices over 5 spill registers. */
const STAGE: Readonly<Record<number, number>> = { 2: 1.7, 3: 2.6, 4: 2.7, 5: 4.3, 7: 9 };
/** Measured cost of the innermost stage, which has no twiddles, with the spectrum's product. */
const INNER: Readonly<Record<number, number>> = {
  1: 1,
  2: 1.6,
  3: 2,
  4: 2.4,
  5: 4,
  6: 3,
  7: 7,
  8: 3.9,
  10: 5.6,
  11: 15,
  12: 3.9,
  13: 18,
  15: 5.6,
  20: 6.6,
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

/** What an element costs besides its transforms: moving it about. */
const MOVING = 20;

/** The length of at least `length` whose transforms, four lines at a time, cost least. */
export function cheapLength(length: number): number {
  const cost = (candidate: number): number => 4 * Math.ceil(candidate / 4) * (costOf(candidate) + MOVING);
  let best = length;
  for (let candidate = length; candidate <= 2 * length; candidate++) if (cost(candidate) < cost(best)) best = candidate;
  return best;
}

/** The frequency at each place after the stages of a forward transform, which leave their values where they are. */
export function frequenciesOf({ outer, inner }: Factors): Int32Array {
  const radices = [...outer, inner];
  const length = radices.reduce((product, radix) => product * radix, 1);
  return Int32Array.from({ length }, (_, place) => {
    let [frequency, weight, m] = [0, 1, length];
    for (const radix of radices) {
      m /= radix;
      frequency += weight * (Math.floor(place / m) % radix);
      weight *= radix;
    }
    return frequency;
  });
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

/** The cheapest radices whose product is `length`; the outermost, where unused inputs and outputs save most, a four where there is one and otherwise the largest. */
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
  return best && outermostFirst(best);
}

function outermostFirst(radices: readonly number[]): number[] {
  const at = radices.includes(4) ? radices.indexOf(4) : radices.length - 1;
  return [radices[at]!, ...radices.slice(0, at), ...radices.slice(at + 1)];
}
