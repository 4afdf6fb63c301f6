// The innermost stage of a transform, which has no twiddles: kernels for each radix.
import { butterfly } from "./engine-butterflies.mjs";
import { eachVector, PITCH, range } from "./engine-code.mjs";

export const PLAIN = "tile: usize, width: usize, count: i32";
export const PRODUCT =
  "tile: usize, width: usize, count: i32, spectrum: usize, spectrumPitch: usize, to: usize, again: bool";
export const GATHER = "from: usize, chunk: usize, rowBytes: usize, rows: i32, count: i32, to: usize, tileBytes: usize";

/**
 * Radices that are done in two steps, since all their values wouldn't fit in the registers: [p, q] without a common factor, so there are no twiddles (Good, J. R. Statist. Soc. B 20, 361, 1958).
 * Value i q + j p (modulo p q) stays where it is in both steps, each of which takes its own roots of unity to the power of the other's length.
 */
const IN_TWO_STEPS = { 6: [2, 3], 10: [2, 5], 12: [3, 4], 15: [3, 5], 20: [5, 4] };

/** The innermost stage, in place. */
export function plain(radix) {
  const at = (leg) => ["tile + p", leg * PITCH];
  const text = eachVector("width", (code) => transform(code, radix, at, at));
  return `
export function plain${radix}(${PLAIN}): void {
  for (let group = 0; group < count; group++) {
    ${text}
    tile += ${radix * PITCH};
  }
}`;
}

/**
 * The innermost stage, times the spectrum, and the innermost stage again, to a tile that may be the same. A group of values goes through the memory in between: chains of operations stay short enough for a processor
 * to work on several at once. What no spectrum takes part in stays in the tile and isn't done `again` for another one.
 */
export function product(radix) {
  const [from, to, factor] = [
    (leg) => ["tile + p", leg * PITCH],
    (leg) => ["to + p", leg * PITCH],
    (leg) => `spectrum + p + ${leg} * spectrumPitch`,
  ];
  const { before, phases } = radix === 8 ? multipliedEight(from, to, factor) : multiplied(radix, from, to, factor);
  return `
export function product${radix}(${PRODUCT}): void {
  for (let group = 0; group < count; group++) {
    ${before ? `if (!again) ${eachVector("width", before)}` : ""}
    ${phases.map((phase) => eachVector("width", phase)).join("\n    ")}
    tile += ${radix * PITCH};
    to += ${radix * PITCH};
    spectrum += ${radix} * spectrumPitch;
  }
}`;
}

/** The innermost stage of the last axis: reads chunks of several rows, one per index, and writes one tile per row. */
export function gather(radix) {
  const text = eachVector("rowBytes", (code) =>
    transform(
      code,
      radix,
      (leg) => `start + p + ${leg} * chunk`,
      (leg) => ["row + p", leg * PITCH],
    ),
  );
  return `
export function gather${radix}(${GATHER}): void {
  for (let group = 0; group < count; group++) {
    let row = to;
    let start = from;
    for (let r = 0; r < rows; r++) {
      ${text}
      start += rowBytes;
      row += tileBytes;
    }
    from += ${radix} * chunk;
    to += ${radix * PITCH};
  }
}`;
}

/** Values at `from(leg)`, transformed, to `to(leg)`. */
function transform(code, radix, from, to) {
  if (radix === 8) return transformEight(code, from, to);
  const [first, second] = steps(radix);
  for (const line of first) through(code, line, from, to);
  for (const line of second) through(code, line, first.length > 0 ? to : from, to);
}

/** The product's phase before the spectrum takes part, if there is one, and the others. Up to three values meet the spectrum and go back within the registers; more of them go through the memory. */
function multiplied(radix, from, to, factor) {
  const [first, second] = steps(radix);
  const along = (lines, at, into, finish) => (code) => {
    for (const line of lines) through(code, line, at, into, finish && ((value, leg) => finish(code, value, leg)));
  };
  const product = (code, value, leg) => code.mul(value, code.load(factor(leg)));
  const inRegisters = (code) => {
    for (const line of second) {
      const x = butterflyOf(code, line, code.loads(line.legs.map(from)));
      const products = x.map((value, k) => () => product(code, value, line.legs[k]));
      butterflyOf(code, line, products).forEach((value, k) => {
        code.store(to(line.legs[k]), value);
      });
    }
  };
  const phases = second[0].legs.length <= 3 ? [inRegisters] : [along(second, from, to, product), along(second, to, to)];
  if (first.length === 0) return { before: null, phases };
  return { before: along(first, from, from), phases: [...phases, along(first, to, to)] };
}

/** Eight values as two times four, whose frequencies k and k + 4 meet in the middle phase. */
function multipliedEight(from, to, factor) {
  const halves = (code, at, finish) => {
    for (const odd of [0, 1])
      butterfly(code, code.loads([0, 2, 4, 6].map((leg) => at(leg + odd)))).forEach((value, k) => {
        code.store(at(2 * k + odd), finish(odd * k, value));
      });
  };
  const middle = (k) => (code) => {
    const both = butterfly(code, code.loads([from(2 * k), from(2 * k + 1)]));
    const [a, b] = both.map((value, high) => code.mul(value, code.load(factor(k + 4 * high))));
    code.store(to(2 * k), code.add(a, b));
    // i (a - b) without a change of sign.
    const turned =
      k === 2 ? [code.realSub(b[1], a[1]), code.realSub(a[0], b[0])] : code.turnedEighths(k, code.sub(a, b));
    code.store(to(2 * k + 1), turned);
  };
  return {
    before: (code) => halves(code, from, (turn, value) => code.turnedEighths(turn, value)),
    phases: [...range(4).map(middle), (code) => halves(code, to, (_, value) => value)],
  };
}

/** Lines of values of both steps; the first of a radix that takes one step has none. */
function steps(radix) {
  if (!IN_TWO_STEPS[radix]) return [[], [{ legs: range(radix), power: 1 }]];
  const [p, q] = IN_TWO_STEPS[radix];
  const lines = (count, length) =>
    range(count).map((j) => ({ legs: range(length).map((i) => (i * count + j * length) % radix), power: count }));
  return [lines(q, p), lines(p, q)];
}

/** The values of a line, transformed, each as `finish` makes it right before it is stored. */
function through(code, line, from, to, finish = (value) => value) {
  butterflyOf(code, line, code.loads(line.legs.map(from))).forEach((value, k) => {
    code.store(to(line.legs[k]), finish(value, line.legs[k]));
  });
}

/** The transform of a line, whose roots of unity are taken to a power. */
function butterflyOf(code, { legs, power }, x) {
  const y = butterfly(code, x);
  return legs.map((_, k) => y[(k * power) % legs.length]);
}

/** Eight values: those of the odd legs, but for one, wait in memory, since there aren't registers for all. They lie where the outputs that need them go. */
function transformEight(code, from, to) {
  const odd = butterfly(code, code.loads([1, 3, 5, 7].map(from)));
  const places = [5, 1, null, 3];
  for (const k of [0, 1, 3]) code.store(to(places[k]), code.turnedEighths(k, odd[k]));
  const even = butterfly(code, code.loads([0, 2, 4, 6].map(from)));
  for (const k of [2, 0, 3, 1]) {
    const value = k === 2 ? odd[2] : code.load(to(places[k]));
    code.store(to(k), k === 2 ? code.addTurned(even[k], value) : code.add(even[k], value));
    code.store(to(k + 4), k === 2 ? code.subTurned(even[k], value) : code.sub(even[k], value));
  }
}
