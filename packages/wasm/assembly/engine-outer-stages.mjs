// The stages of a transform that have twiddles, from the outside in: kernels for each radix.
//
// A tile holds a few lines of complex numbers side by side: `pitch` bytes per index, of which `width` are used, in vectors of 32
// bytes (four real, then four imaginary parts of four lines).
import { butterfly } from "./engine-butterflies.mjs";
import { Code, NOTHING, range } from "./engine-code.mjs";

export const FIRST =
  "source: usize, sourcePitch: usize, tile: usize, pitch: usize, width: usize, inputs: i32, m: i32, twiddles: usize";
export const STAGE = "tile: usize, pitch: usize, width: usize, blocks: i32, m: i32, twiddles: usize";
export const LAST =
  "tile: usize, pitch: usize, width: usize, outputs: i32, m: i32, twiddles: usize, to: usize, shift: i32, blockPitch: usize, rowPitch: usize";
export const SCORE =
  "tile: usize, pitch: usize, width: usize, outputs: i32, m: i32, twiddles: usize, state: usize, winners: usize, voxel: i32, factors: usize";
/** Factors shared by both rotations and kept with the best scores; a pair of factors each, `factors` bytes from the best scores. */
export const SCORES = ["score", "scoreLocal"];
/** The first, pruned stage: only `inputs` rows of `source` are there, the others are zero. */
export function first(radix, active) {
  const code = new Code();
  const x = range(radix).map((leg) => (leg < active ? code.load(`source + p + ${leg} * sourceLeg`) : [null, null]));
  const y = butterfly(code, x);
  y.forEach((value, q) => {
    code.store(`tile + p + ${q} * leg`, q === 0 ? value : code.mul(value, twiddle(q)));
  });
  const whole = `
function first${radix}of${active}(source: usize, sourcePitch: usize, tile: usize, pitch: usize, width: usize, m: i32, twiddles: usize, from: i32, to: i32): void {
  const leg = pitch * m;
  const sourceLeg = sourcePitch * m;
  tile += pitch * from;
  source += sourcePitch * from;
  twiddles += ${8 * (radix - 1)} * from;
  for (let j = from; j < to; j++) {
    ${active > 0 ? loadTwiddles(radix) : ""}
    for (let p: usize = 0; p < width; p += 32) {
      ${code.text}
    }
    tile += pitch;
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
      first${radix}of${n + 1}(source, sourcePitch, tile, pitch, width, m, twiddles, 0, rest);
      first${radix}of${n}(source, sourcePitch, tile, pitch, width, m, twiddles, rest, m);
      break;`,
      )
      .join("\n    ")}
    default:
      first${radix}of${radix}(source, sourcePitch, tile, pitch, width, m, twiddles, 0, m);
  }
}`;
}

/** A stage of decimation in frequency, in place. */
export function forward(radix) {
  const code = new Code();
  const y = butterfly(
    code,
    legs(radix).map((leg) => code.load(leg)),
  );
  y.forEach((value, q) => {
    code.store(legs(radix)[q], q === 0 ? value : code.mul(value, twiddle(q)));
  });
  return `
export function forward${radix}(${STAGE}): void {
  ${stage(radix, code.text)}
}`;
}

/** A stage of decimation in time, in place. */
export function backward(radix) {
  const code = new Code();
  const y = butterfly(code, twiddledLegs(code, radix));
  y.forEach((value, i) => {
    code.store(legs(radix)[i], value);
  });
  return `
export function backward${radix}(${STAGE}): void {
  ${stage(radix, code.text)}
}`;
}

/**
 * A stage whose radix has no factor in common with m, in place, either way: no twiddles (Good, J. R. Statist. Soc. B 20, 361, 1958). Instead the legs of row j change places, by j `turn`: forward before
 * the transform, back after it.
 */
export function coprime(name, radix) {
  const code = new Code();
  const [turned, fixed] = [range(radix).map((leg) => `p + o${leg}`), legs(radix)];
  const [from, to] = name === "forward" ? [turned, fixed] : [fixed, turned];
  const y = butterfly(
    code,
    from.map((leg) => code.load(leg)),
  );
  y.forEach((value, q) => {
    code.store(to[q], value);
  });
  const last = radix - 1;
  return `
export function ${name}Coprime${radix}(tile: usize, pitch: usize, width: usize, blocks: i32, m: i32, turn: usize): void {
  const leg = pitch * m;
  for (let block = 0; block < blocks; block++) {
    ${range(radix)
      .map((i) => `let o${i}: usize = ${i} * leg;`)
      .join(" ")}
    for (let j = 0; j < m; j++) {
      for (let p = tile, end = tile + width; p < end; p += 32) {
        ${code.text}
      }
      tile += pitch;
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

function stage(radix, text) {
  return `const leg = pitch * m;
  for (let block = 0; block < blocks; block++) {
    let w = twiddles;
    for (let j = 0; j < m; j++) {
      ${loadTwiddles(radix, "w")}
      for (let p = tile, end = tile + width; p < end; p += 32) {
        ${text}
      }
      tile += pitch;
      w += ${8 * (radix - 1)};
    }
    tile += leg * ${radix - 1};
  }`;
}

/** The last stage of decimation in time: its first `outputs` rows go to blocks of 2^shift rows; `lastSwapped`: with real and imaginary parts exchanged. */
export function last(name, radix) {
  const text = (active) => {
    const code = new Code();
    const y = butterfly(code, twiddledLegs(code, radix, "tile + p"));
    y.slice(0, active).forEach((value, i) => {
      code.store(`to${i} + p`, name === "last" ? value : [value[1], value[0]]);
    });
    return code.text;
  };
  return pruned(name, radix, LAST, (active) => ({
    before: "const rowMask = (1 << shift) - 1;",
    perRow: range(active)
      .map(
        (i) =>
          `const row${i} = j + ${i} * m; const to${i} = to + <usize>(row${i} >> shift) * blockPitch + <usize>(row${i} & rowMask) * rowPitch;`,
      )
      .join("\n    "),
    text: text(active),
    after: "",
  }));
}

/**
 * The last stage of decimation in time: real parts are the scores of one rotation, imaginary parts those of the next, after
 * multiplication by their factors. `state` holds factor and best score per voxel at the tile's own pitch, `winners` the rotations at half of it.
 */
export function score(name, radix) {
  const [own, otherFactor] = name === "score" ? ["at", 0] : ["at + factors", 16];
  const text = (active) => {
    const code = new Code();
    const y = butterfly(code, twiddledLegs(code, radix, "tile + p"));
    y.slice(0, active).forEach(([re, im], i) => {
      code.say(`const s${i} = f32x4.mul(${re}, v128.load(${own} + p + ${i} * leg));`);
      code.say(`const t${i} = f32x4.mul(${im}, v128.load(${own} + p + ${i} * leg, ${otherFactor}));`);
      code.say(`sums = f32x4.add(sums, f32x4.mul(s${i}, s${i}));`);
      code.say(`otherSums = f32x4.add(otherSums, f32x4.mul(t${i}, t${i}));`);
      code.say(`const better${i} = f32x4.gt(f32x4.max(s${i}, t${i}), v128.load(at + p + ${i} * leg, 16));`);
    });
    code.say(
      `if (v128.any_true(${range(active)
        .map((i) => `better${i}`)
        .reduce((a, b) => `v128.or(${a}, ${b})`)})) {`,
    );
    for (const i of range(active))
      code.say(
        `if (v128.any_true(better${i})) improve(s${i}, t${i}, at + p + ${i} * leg + 16, winners + ((at + p + ${i} * leg - state) >> 1), voxel, j + ${i} * m, <i32>(p >> 5));`,
      );
    code.say("}");
    return code.text;
  };
  return pruned(name, radix, SCORE, (active) => ({
    before: `let at = state + pitch * from;
  let sums = ${NOTHING};
  let otherSums = ${NOTHING};`,
    perRow: "",
    text: text(active),
    after: "at += pitch;",
    end: "addSquares(sums, otherSums);",
  }));
}

/** A kernel whose first `outputs` rows are wanted: rows j below outputs mod m have one leg more than the others. */
function pruned(name, radix, parameters, parts) {
  const names = parameters.split(", ").map((parameter) => parameter.split(":")[0]);
  const variants = range(radix).map((n) => {
    const active = n + 1;
    const { before, perRow, text, after, end = "" } = parts(active);
    return `
function ${name}${radix}of${active}(${parameters}, from: i32, to_: i32): void {
  const leg = pitch * m;
  ${before}
  tile += pitch * from;
  twiddles += ${8 * (radix - 1)} * from;
  for (let j = from; j < to_; j++) {
    ${loadTwiddles(radix)}
    ${perRow}
    for (let p: usize = 0; p < width; p += 32) {
      ${text}
    }
    tile += pitch;
    twiddles += ${8 * (radix - 1)};
    ${after}
  }
  ${end}
}`;
  });
  const call = (active, from, to) =>
    `if (${from} < ${to}) ${name}${radix}of${active}(${names.join(", ")}, ${from}, ${to});`;
  return `${variants.join("\n")}
export function ${name}${radix}(${parameters}): void {
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

function legs(radix, start = "p") {
  return range(radix).map((leg) => (leg === 0 ? start : `${start} + ${leg} * leg`));
}

function twiddle(q) {
  return [`w${q}r`, `w${q}i`];
}

function twiddledLegs(code, radix, start = "p") {
  return legs(radix, start).map((leg, q) => (q === 0 ? code.load(leg) : code.mul(code.load(leg), twiddle(q))));
}

function loadTwiddles(radix, pointer = "twiddles") {
  return range(radix)
    .slice(1)
    .map(
      (q) =>
        `const w${q}r = v128.load32_splat(${pointer}, ${8 * (q - 1)}); const w${q}i = v128.load32_splat(${pointer}, ${8 * (q - 1) + 4});`,
    )
    .join("\n      ");
}
