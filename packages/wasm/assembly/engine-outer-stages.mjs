// The stages of a transform that have twiddles, from the outside in: kernels for each radix.
//
// A tile holds a few lines of complex numbers side by side: PITCH bytes per index, of which `width` are used, in vectors of 32
// bytes (four real, then four imaginary parts of four lines).
import { butterfly } from "./engine-butterflies.mjs";
import { eachVector, PITCH, range } from "./engine-code.mjs";

export const FIRST =
  "source: usize, sourcePitch: usize, tile: usize, width: usize, inputs: i32, m: i32, twiddles: usize";
export const STAGE = "tile: usize, width: usize, blocks: i32, m: i32, twiddles: usize";
export const LAST = "tile: usize, width: usize, outputs: i32, m: i32, twiddles: usize, to: usize, rowPitch: usize";

/** The radix of most stages, whose rows go without a loop; not those of the first one where more than half the grid goes in, which is rare. */
const UNROLLED = 4;

/** The first, pruned stage: only `inputs` rows of `source` are there, the others are zero. */
export function first(radix, active) {
  const write = (code) => {
    const x = range(radix).map(
      (leg) => () => (leg < active ? code.load(`source + p + ${leg} * sourceLeg`) : [null, null]),
    );
    butterfly(code, x).forEach((value, q) => {
      code.store(`tile + p + ${q} * leg`, q === 0 ? value : code.mul(value, twiddle(q)));
    });
  };
  const text = eachVector("width", write, radix === UNROLLED && active < 3);
  const whole = `
function first${radix}of${active}(source: usize, sourcePitch: usize, tile: usize, width: usize, m: i32, twiddles: usize, from: i32, to: i32): void {
  const leg: usize = ${PITCH} * m;
  const sourceLeg = sourcePitch * m;
  tile += ${PITCH} * from;
  source += sourcePitch * from;
  twiddles += ${8 * (radix - 1)} * from;
  for (let j = from; j < to; j++) {
    ${active > 0 ? loadTwiddles(radix) : ""}
    ${text}
    tile += ${PITCH};
    source += sourcePitch;
    twiddles += ${8 * (radix - 1)};
  }
}`;
  if (active < radix) return whole;
  return `${whole}
export function first${radix}(${FIRST}): void {
  const whole = inputs / m;
  const rest = inputs % m;
  switch (whole) {
    ${range(radix)
      .map(
        (n) => `case ${n}:
      first${radix}of${n + 1}(source, sourcePitch, tile, width, m, twiddles, 0, rest);
      first${radix}of${n}(source, sourcePitch, tile, width, m, twiddles, rest, m);
      break;`,
      )
      .join("\n    ")}
    default:
      first${radix}of${radix}(source, sourcePitch, tile, width, m, twiddles, 0, m);
  }
}`;
}

/** Twiddles of which there aren't registers for all, per radix: those whose loading late saves most instructions. */
const LATE = { 4: [2, 3], 5: [1, 3], 7: [1, 2, 3] };

/** A stage of decimation in frequency, in place. */
export function forward(radix) {
  return stage(`forward${radix}`, radix, LATE[radix] ?? [], (code, turned) => {
    butterfly(code, code.loads(legs(radix))).forEach((value, q) => {
      code.store(legs(radix)[q], turned(value, q));
    });
  });
}

/** A stage of decimation in time, in place. */
export function backward(radix) {
  return stage(`backward${radix}`, radix, [], (code, turned, twiddled) => {
    const x = legs(radix).map((leg, q) => () => turned(code.load(leg), q));
    butterfly(code, x, twiddled ? parkAt(code, radix) : undefined).forEach((value, i) => {
      code.store(legs(radix)[i], value);
    });
  });
}

/**
 * A stage whose radix has no factor in common with m, in place, either way: no twiddles (Good, J. R. Statist. Soc. B 20, 361, 1958). Instead the legs of row j change places, by j `turn`: forward before
 * the transform, back after it.
 */
export function coprime(name, radix) {
  const [turned, fixed] = [range(radix).map((leg) => `tile + p + o${leg}`), legs(radix)];
  const [from, to] = name === "forward" ? [turned, fixed] : [fixed, turned];
  const text = eachVector("width", (code) => {
    butterfly(code, code.loads(from)).forEach((value, q) => {
      code.store(to[q], value);
    });
  });
  const last = radix - 1;
  return `
export function ${name}Coprime${radix}(tile: usize, width: usize, blocks: i32, m: i32, turn: usize): void {
  const leg: usize = ${PITCH} * m;
  for (let block = 0; block < blocks; block++) {
    ${range(radix)
      .map((i) => `let o${i}: usize = ${i} * leg;`)
      .join(" ")}
    for (let j = 0; j < m; j++) {
      ${text}
      tile += ${PITCH};
      for (let t: usize = 0; t < turn; t++) {
        const o = o${last};
        ${range(last)
          .map((i) => `o${last - i} = o${last - i - 1};`)
          .join(" ")}
        o0 = o;
      }
    }
    tile += leg * ${last};
  }
}`;
}

/** A stage in place, whose first row has twiddles of 1. Twiddles `late` are loaded for each vector, where they are needed. */
function stage(name, radix, late, write) {
  const first = eachVector("width", (code) => write(code, (value) => value, false));
  const twiddled = (code) => {
    const turned = (value, q) => {
      if (q === 0) return value;
      if (late.includes(q)) code.say(loadTwiddle(q, "w"));
      return code.mul(value, twiddle(q));
    };
    write(code, turned, true);
  };
  const others = eachVector("width", twiddled, radix === UNROLLED);
  return `
export function ${name}(${STAGE}): void {
  const leg: usize = ${PITCH} * m;
  for (let block = 0; block < blocks; block++) {
    let w = twiddles + ${8 * (radix - 1)};
    ${first}
    tile += ${PITCH};
    for (let j = 1; j < m; j++) {
      ${loadTwiddles(radix, "w", late)}
      ${others}
      tile += ${PITCH};
      w += ${8 * (radix - 1)};
    }
    tile += leg * ${radix - 1};
  }
}`;
}

/**
 * The last stage of decimation in time: its first `outputs` rows go to rows `rowPitch` bytes apart; `lastSwapped`: with real and imaginary parts exchanged. Rows j below outputs mod m have one leg more than the others.
 */
export function last(name, radix) {
  const names = LAST.split(", ").map((parameter) => parameter.split(":")[0]);
  const variants = range(radix).map((n) => {
    const write = (code) => {
      const y = butterfly(code, twiddledLegs(code, radix), parkAt(code, radix));
      y.slice(0, n + 1).forEach((value, i) => {
        code.store(`to + p + ${i} * toLeg`, name === "last" ? value : [value[1], value[0]]);
      });
    };
    const text = eachVector("width", write, radix === UNROLLED);
    return `
function ${name}${radix}of${n + 1}(${LAST}, from: i32, end: i32): void {
  const leg: usize = ${PITCH} * m;
  const toLeg = rowPitch * m;
  tile += ${PITCH} * from;
  to += rowPitch * from;
  twiddles += ${8 * (radix - 1)} * from;
  for (let j = from; j < end; j++) {
    ${loadTwiddles(radix)}
    ${text}
    tile += ${PITCH};
    to += rowPitch;
    twiddles += ${8 * (radix - 1)};
  }
}`;
  });
  const call = (active, from, to) =>
    `if (${from} < ${to}) ${name}${radix}of${active}(${names.join(", ")}, ${from}, ${to});`;
  return `${variants.join("\n")}
export function ${name}${radix}(${LAST}): void {
  const whole = outputs / m;
  const rest = outputs % m;
  switch (whole) {
    ${range(radix)
      .map(
        (n) => `case ${n}:
      ${call(n + 1, "0", "rest")}
      ${n > 0 ? call(n, "rest", "m") : ""}
      break;`,
      )
      .join("\n    ")}
    default:
      ${call(radix, "0", "m")}
  }
}`;
}

function legs(radix) {
  return range(radix).map((leg) => (leg === 0 ? "tile + p" : `tile + p + ${leg} * leg`));
}

function twiddle(q) {
  return [`w${q}r`, `w${q}i`];
}

function twiddledLegs(code, radix) {
  return legs(radix).map((leg, q) => () => (q === 0 ? code.load(leg) : code.mul(code.load(leg), twiddle(q))));
}

/** Has values wait where they came from while the other legs are loaded and meet their twiddles; up to radix 3 there are registers for all. */
function parkAt(code, radix) {
  if (radix <= 3) return undefined;
  return (value, leg) => {
    code.store(legs(radix)[leg], value);
    return () => code.load(legs(radix)[leg]);
  };
}

function loadTwiddles(radix, pointer = "twiddles", late = []) {
  return range(radix)
    .slice(1)
    .filter((q) => !late.includes(q))
    .map((q) => loadTwiddle(q, pointer))
    .join("\n      ");
}

function loadTwiddle(q, pointer) {
  const at = 8 * (q - 1);
  return `const w${q}r = v128.load32_splat(${pointer}, ${at}); const w${q}i = v128.load32_splat(${pointer}, ${at + 4});`;
}
