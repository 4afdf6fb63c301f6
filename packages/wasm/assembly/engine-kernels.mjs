// Writes the AssemblyScript of the engine's Fourier kernels: straight-line butterflies for each radix, which a language
// without multiple return values cannot share. build.mjs hands the text to the compiler as assembly/engine-kernels.ts.
//
// A tile holds a few lines of complex numbers side by side: `pitch` bytes per index, of which `width` are used, in vectors of 32
// bytes (four real, then four imaginary parts of four lines). All transforms have the sign exp(+2 pi i j k / n).

/** Radices of stages with twiddles; the innermost stage may have others. */
const OUTER = [1, 2, 3, 4, 5, 7];
const INNER = [1, 2, 3, 4, 5, 7, 11, 13];

const FIRST =
  "source: usize, sourcePitch: usize, tile: usize, pitch: usize, width: usize, inputs: i32, m: i32, twiddles: usize";
const STAGE = "tile: usize, pitch: usize, width: usize, blocks: i32, m: i32, twiddles: usize";
const LAST =
  "tile: usize, pitch: usize, width: usize, outputs: i32, m: i32, twiddles: usize, to: usize, shift: i32, blockPitch: usize, rowPitch: usize";
const SCORE =
  "tile: usize, pitch: usize, width: usize, outputs: i32, m: i32, twiddles: usize, state: usize, winners: usize, voxel: i32, factors: usize";
/** Factors shared by both rotations and kept with the best scores; a pair of factors each, `factors` bytes from the best scores. */
const SCORES = ["score", "scoreLocal"];
const PLAIN = "tile: usize, pitch: usize, width: usize, count: i32";
const PRODUCT = "tile: usize, pitch: usize, width: usize, count: i32, spectrum: usize";
const GATHER =
  "from: usize, chunk: usize, rowBytes: usize, rows: i32, count: i32, to: usize, pitch: usize, tileBytes: usize";
const NOTHING = "f32x4.splat(0)";

/** The text of assembly/engine-kernels.ts: in single precision, or in double, which has two lanes and no scores. */
export function engineKernels(double = false) {
  const twiddled = OUTER.slice(1);
  const scores = double ? [] : SCORES;
  const text = [
    ...(double ? [] : ['import { addSquares, improve } from "./engine-improve";']),
    ...OUTER.flatMap((radix) => [
      ...range(radix + 1).map((active) => first(radix, active)),
      last(radix),
      ...scores.map((name) => score(name, radix)),
    ]),
    ...twiddled.flatMap((radix) => [forward(radix), backward(radix)]),
    ...INNER.flatMap((radix) => [plain(radix), product(radix), gather(radix)]),
    dispatch("first", OUTER, FIRST),
    dispatch("forward", twiddled, STAGE),
    dispatch("backward", twiddled, STAGE),
    dispatch("last", OUTER, LAST),
    ...scores.map((name) => dispatch(name, OUTER, SCORE)),
    dispatch("plain", INNER, PLAIN),
    dispatch("product", INNER, PRODUCT),
    dispatch("gather", INNER, GATHER),
  ].join("\n\n");
  return double ? inDoublePrecision(text) : text;
}

function inDoublePrecision(text) {
  return text
    .replaceAll("f32x4", "f64x2")
    .replaceAll("<f32>", "")
    .replace(
      /v128\.load32_splat\((\w+), (\d+)\)/g,
      (_, pointer, offset) => `v128.load64_splat(${pointer}, ${2 * offset})`,
    )
    .replace(/(twiddles|w) \+= (\d+)/g, (_, pointer, step) => `${pointer} += ${2 * step}`);
}

/** The first, pruned stage: only `inputs` rows of `source` are there, the others are zero. */
function first(radix, active) {
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
function forward(radix) {
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
function backward(radix) {
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

/** The last stage of decimation in time: its first `outputs` rows go to blocks of 2^shift rows. */
function last(radix) {
  const text = (active) => {
    const code = new Code();
    const y = butterfly(code, twiddledLegs(code, radix, "tile + p"));
    y.slice(0, active).forEach((value, i) => {
      code.store(`to${i} + p`, value);
    });
    return code.text;
  };
  return pruned("last", radix, LAST, (active) => ({
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
function score(name, radix) {
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

/** The innermost stage, without twiddles, in place. */
function plain(radix) {
  const code = new Code();
  const y = butterfly(
    code,
    range(radix).map((leg) => code.load(`p + ${leg} * pitch`)),
  );
  y.forEach((value, q) => {
    code.store(`p + ${q} * pitch`, value);
  });
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

/** The innermost stage, times the spectrum, and the innermost stage again, in registers. */
function product(radix) {
  const code = new Code();
  const y = butterfly(
    code,
    range(radix).map((leg) => code.load(`p + ${leg} * pitch`)),
  );
  const z = y.map((value, q) => code.mul(value, code.load(`s + ${q} * width`)));
  butterfly(code, z).forEach((value, q) => {
    code.store(`p + ${q} * pitch`, value);
  });
  return `
export function product${radix}(${PRODUCT}): void {
  for (let group = 0; group < count; group++) {
    for (let p = tile, s = spectrum, end = tile + width; p < end; p += 32, s += 32) {
      ${code.text}
    }
    tile += ${radix} * pitch;
    spectrum += ${radix} * width;
  }
}`;
}

/** The innermost stage of the last axis: reads chunks of several rows, one per index, and writes one tile per row. */
function gather(radix) {
  const code = new Code();
  const y = butterfly(
    code,
    range(radix).map((leg) => code.load(`from + p + ${leg} * chunk`)),
  );
  y.forEach((value, q) => {
    code.store(`row + p + ${q} * pitch`, value);
  });
  return `
export function gather${radix}(${GATHER}): void {
  for (let group = 0; group < count; group++) {
    let row = to;
    let start = from;
    for (let r = 0; r < rows; r++) {
      for (let p: usize = 0; p < rowBytes; p += 32) {
        ${code.text.replaceAll("from + p", "start + p")}
      }
      start += rowBytes;
      row += tileBytes;
    }
    from += ${radix} * chunk;
    to += ${radix} * pitch;
  }
}`;
}

function dispatch(name, radices, parameters) {
  const names = parameters.split(", ").map((parameter) => parameter.split(":")[0]);
  return `
export function ${name}(radix: i32, ${parameters}): void {
  switch (radix) {
    ${radices.map((radix) => `case ${radix}: ${name}${radix}(${names.join(", ")}); break;`).join("\n    ")}
    default: unreachable();
  }
}`;
}

function range(count) {
  return Array.from({ length: count }, (_, index) => index);
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

/** y[k] = sum over j of x[j] exp(+2 pi i j k / radix). */
function butterfly(code, x) {
  switch (x.length) {
    case 1:
      return x;
    case 2:
      return [code.add(x[0], x[1]), code.sub(x[0], x[1])];
    case 4:
      return butterfly4(code, x);
    default:
      return oddButterfly(code, x);
  }
}

function butterfly4(code, x) {
  const [s, t] = butterfly(code, [x[0], x[2]]);
  const [u, v] = butterfly(code, [x[1], x[3]]);
  return [code.add(s, u), code.addTurned(t, v), code.sub(s, u), code.subTurned(t, v)];
}

/** An odd prime, by pairs j and radix - j. */
function oddButterfly(code, x) {
  const radix = x.length;
  const pairs = range((radix - 1) / 2).map((p) => p + 1);
  const sums = pairs.map((j) => code.add(x[j], x[radix - j]));
  const differences = pairs.map((j) => code.sub(x[j], x[radix - j]));
  const y = new Array(radix);
  y[0] = sums.reduce((total, sum) => code.add(total, sum), x[0]);
  for (const k of pairs) {
    let even = x[0];
    let odd = [null, null];
    for (const j of pairs) {
      const [c, s] = root(j * k, radix);
      even = code.add(even, code.scale(sums[j - 1], c));
      odd = code.add(odd, code.scale(differences[j - 1], s));
    }
    y[k] = code.addTurned(even, odd);
    y[radix - k] = code.subTurned(even, odd);
  }
  return y;
}

function root(turn, radix) {
  const angle = (2 * Math.PI * (turn % radix)) / radix;
  return [constant(Math.cos(angle)), constant(Math.sin(angle))];
}

function constant(value) {
  return `f32x4.splat(<f32>${value.toPrecision(17)})`;
}

/** Straight-line code with one name per value; operations on known zeros (null) vanish. */
class Code {
  #lines = [];
  #count = 0;

  get text() {
    return this.#lines.join("\n      ");
  }

  say(line) {
    this.#lines.push(line);
  }

  load(pointer) {
    return [this.#name(`v128.load(${pointer})`), this.#name(`v128.load(${pointer}, 16)`)];
  }

  store(pointer, [re, im]) {
    this.say(`v128.store(${pointer}, ${re ?? NOTHING});`);
    this.say(`v128.store(${pointer}, ${im ?? NOTHING}, 16);`);
  }

  add([ar, ai], [br, bi]) {
    return [this.realAdd(ar, br), this.realAdd(ai, bi)];
  }

  sub([ar, ai], [br, bi]) {
    return [this.realSub(ar, br), this.realSub(ai, bi)];
  }

  /** a + i b */
  addTurned([ar, ai], [br, bi]) {
    return [this.realSub(ar, bi), this.realAdd(ai, br)];
  }

  /** a - i b */
  subTurned([ar, ai], [br, bi]) {
    return [this.realAdd(ar, bi), this.realSub(ai, br)];
  }

  scale([ar, ai], factor) {
    return [this.#realMul(ar, factor), this.#realMul(ai, factor)];
  }

  mul([ar, ai], [br, bi]) {
    return [
      this.realSub(this.#realMul(ar, br), this.#realMul(ai, bi)),
      this.realAdd(this.#realMul(ar, bi), this.#realMul(ai, br)),
    ];
  }

  realAdd(a, b) {
    if (a === null || b === null) return a ?? b;
    return this.#name(`f32x4.add(${a}, ${b})`);
  }

  realSub(a, b) {
    if (b === null) return a;
    return this.#name(a === null ? `f32x4.neg(${b})` : `f32x4.sub(${a}, ${b})`);
  }

  #realMul(a, factor) {
    return a === null ? null : this.#name(`f32x4.mul(${a}, ${factor})`);
  }

  #name(expression) {
    const name = `e${this.#count++}`;
    this.say(`const ${name} = ${expression};`);
    return name;
  }
}
