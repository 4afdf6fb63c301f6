// The innermost stage of a transform, which has no twiddles: kernels for each radix.
import { butterfly } from "./engine-butterflies.mjs";
import { Code, range } from "./engine-code.mjs";

export const PLAIN = "tile: usize, pitch: usize, width: usize, count: i32";
export const PRODUCT = "tile: usize, pitch: usize, width: usize, count: i32, spectrum: usize, to: usize";
export const GATHER =
  "from: usize, chunk: usize, rowBytes: usize, rows: i32, count: i32, to: usize, pitch: usize, tileBytes: usize";

/**
 * Radices that are done in two steps, since all their values wouldn't fit in the registers: [p, q] without a common factor, so there are no twiddles (Good, J. R. Statist. Soc. B 20, 361, 1958).
 * Value i q + j p (modulo p q) stays where it is in both steps, each of which takes its own roots of unity to the power of the other's length.
 */
const IN_TWO_STEPS = { 6: [2, 3], 10: [2, 5], 12: [3, 4], 15: [3, 5], 20: [5, 4] };

/** The innermost stage, in place. */
export function plain(radix) {
  const code = new Code();
  const at = (leg) => `p + ${leg} * pitch`;
  transform(code, radix, at, at);
  return `
export function plain${radix}(${PLAIN}): void {
  for (let group = 0; group < count; group++) {
    for (let p = tile, end = tile + width; p < end; p += 32) {
      ${code.text}
    }
    tile += ${radix} * pitch;
  }
}`;
}

/** The innermost stage, times the spectrum, and the innermost stage again, to a tile that may be the same. */
export function product(radix) {
  const code = new Code();
  multiplied(
    code,
    radix,
    (leg) => `p + ${leg} * pitch`,
    (leg) => `t + ${leg} * pitch`,
    (leg) => `s + ${leg} * width`,
  );
  return `
export function product${radix}(${PRODUCT}): void {
  for (let group = 0; group < count; group++) {
    for (let p = tile, t = to, s = spectrum, end = tile + width; p < end; p += 32, t += 32, s += 32) {
      ${code.text}
    }
    tile += ${radix} * pitch;
    to += ${radix} * pitch;
    spectrum += ${radix} * width;
  }
}`;
}

/** The innermost stage of the last axis: reads chunks of several rows, one per index, and writes one tile per row. */
export function gather(radix) {
  const code = new Code();
  transform(
    code,
    radix,
    (leg) => `start + p + ${leg} * chunk`,
    (leg) => `row + p + ${leg} * pitch`,
  );
  return `
export function gather${radix}(${GATHER}): void {
  for (let group = 0; group < count; group++) {
    let row = to;
    let start = from;
    for (let r = 0; r < rows; r++) {
      for (let p: usize = 0; p < rowBytes; p += 32) {
        ${code.text}
      }
      start += rowBytes;
      row += tileBytes;
    }
    from += ${radix} * chunk;
    to += ${radix} * pitch;
  }
}`;
}

/** Values at `from(leg)`, transformed, to `to(leg)`. */
function transform(code, radix, from, to) {
  if (radix === 8) return transformEight(code, from, to);
  const [first, second] = steps(radix);
  for (const line of first) through(code, line, from, to, butterflyOf(line));
  for (const line of second) through(code, line, first.length > 0 ? to : from, to, butterflyOf(line));
}

/** The same, times the spectrum, and transformed again. */
function multiplied(code, radix, from, to, spectrum) {
  const product = (line) => (code, x) => {
    const y = butterflyOf(line)(code, x);
    const z = y.map((value, k) => code.mul(value, code.load(spectrum(line.legs[k]))));
    return butterflyOf(line)(code, z);
  };
  if (radix === 8) return multipliedEight(code, from, to, product);
  const [first, second] = steps(radix);
  for (const line of first) through(code, line, from, to, butterflyOf(line));
  for (const line of second) through(code, line, first.length > 0 ? to : from, to, product(line));
  for (const line of first) through(code, line, to, to, butterflyOf(line));
}

/** Lines of values of both steps; the first of a radix that takes one step has none. */
function steps(radix) {
  if (!IN_TWO_STEPS[radix]) return [[], [{ legs: range(radix), power: 1 }]];
  const [p, q] = IN_TWO_STEPS[radix];
  const lines = (count, length) =>
    range(count).map((j) => ({ legs: range(length).map((i) => (i * count + j * length) % radix), power: count }));
  return [lines(q, p), lines(p, q)];
}

/** The transform of a line whose roots of unity are taken to a power. */
function butterflyOf({ legs, power }) {
  return (code, x) => {
    const y = butterfly(code, x);
    return legs.map((_, k) => y[(k * power) % legs.length]);
  };
}

function through(code, { legs }, from, to, values) {
  values(
    code,
    legs.map((leg) => code.load(from(leg))),
  ).forEach((value, k) => {
    code.store(to(legs[k]), value);
  });
}

/** Eight values, never more than seven at once in registers: the differences of the odd ones wait in memory. */
function transformEight(code, from, to) {
  const even = butterfly(
    code,
    [0, 2, 4, 6].map((leg) => code.load(from(leg))),
  );
  const sums = [1, 3].map((leg) => {
    const [sum, difference] = butterfly(code, [code.load(from(leg)), code.load(from(leg + 4))]);
    code.store(to(leg + 4), difference);
    return sum;
  });
  const pair = (leg, odd) => {
    code.store(to(leg), code.add(even[leg], odd));
    code.store(to(leg + 4), code.sub(even[leg], odd));
  };
  const [sum, difference] = butterfly(code, sums);
  pair(0, sum);
  pair(2, code.turned(difference));
  const [first, second] = [5, 7].map((leg) => code.load(to(leg)));
  const [before, after] = [code.addTurned(first, second), code.subTurned(first, second)];
  pair(1, code.turnedEighth(before));
  pair(3, code.turnedThreeEighths(after));
}

/** Eight values, the spectrum's product and back, in halves: those in use fit in the registers. */
function multipliedEight(code, from, to, product) {
  const turned = (x) => [x[0], code.turnedEighth(x[1]), code.turned(x[2]), code.turnedThreeEighths(x[3])];
  const half = (legs, x) => product({ legs, power: 1 })(code, x);
  const sums = range(4).map((leg) => {
    const [sum, difference] = butterfly(code, [code.load(from(leg)), code.load(from(leg + 4))]);
    code.store(to(leg + 4), difference);
    return sum;
  });
  half([0, 2, 4, 6], sums).forEach((value, leg) => {
    code.store(to(leg), value);
  });
  const differences = range(4).map((leg) => code.load(to(leg + 4)));
  turned(half([1, 3, 5, 7], turned(differences))).forEach((odd, leg) => {
    const even = code.load(to(leg));
    code.store(to(leg), code.add(even, odd));
    code.store(to(leg + 4), code.sub(even, odd));
  });
}
