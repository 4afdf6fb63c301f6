// Straight-line AssemblyScript, written value by value: what engine-kernels.mjs builds its kernels of.

/** Numbers from 0 to `count` - 1. */
export function range(count) {
  return Array.from({ length: count }, (_, index) => index);
}

export function constant(value) {
  return `f32x4.splat(<f32>${value.toPrecision(17)})`;
}

/** Bytes from index to index of a tile: those of the widest rows, as in engine-layout.ts. Addresses within a group of rows are then known when the kernels are compiled. */
export const PITCH = 192;

/** Straight-line code with one name per value; operations on known zeros (null) vanish, and so do signs ("-" before a name) until a value is stored. */
export class Code {
  #lines = [];
  #count = 0;
  #offset;

  /** `offset`: bytes that each load and store is further on than its pointer says. */
  constructor(offset = 0) {
    this.#offset = offset;
  }

  get text() {
    return this.#lines.join("\n        ");
  }

  say(line) {
    this.#lines.push(line);
  }

  /** A pointer may come with a number of bytes: [pointer, bytes]. */
  load(pointer) {
    return [this.loadPart(pointer), this.loadPart(pointer, 16)];
  }

  /** Functions that load, for `butterfly`. */
  loads(pointers) {
    return pointers.map((pointer) => () => this.load(pointer));
  }

  /** Real parts, or with `part` = 16 imaginary ones. */
  loadPart(pointer, part = 0) {
    const [base, offset] = placeOf(pointer);
    return this.#name(`v128.load(${base}, ${this.#offset + offset + part})`);
  }

  store(pointer, [re, im]) {
    const [base, offset] = placeOf(pointer);
    this.say(`v128.store(${base}, ${stored(re)}, ${this.#offset + offset});`);
    this.say(`v128.store(${base}, ${stored(im)}, ${this.#offset + offset + 16});`);
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

  /** exp(2 pi i turn / 8) a, for turns below 4. */
  turnedEighths(turn, [re, im]) {
    if (turn === 0) return [re, im];
    if (turn === 2) return [this.realSub(null, im), re];
    const [half, minus] = [constant(Math.SQRT1_2), constant(-Math.SQRT1_2)];
    const [sum, difference] = [this.realAdd(re, im), this.realSub(re, im)];
    return turn === 1
      ? [this.#realMul(difference, half), this.#realMul(sum, half)]
      : [this.#realMul(sum, minus), this.#realMul(difference, half)];
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
    if (isNegative(b)) return this.realSub(a, negative(b));
    if (isNegative(a)) return this.realSub(b, negative(a));
    return this.#name(`f32x4.add(${a}, ${b})`);
  }

  realSub(a, b) {
    if (b === null) return a;
    if (a === null) return negative(b);
    if (isNegative(b)) return this.realAdd(a, negative(b));
    if (isNegative(a)) return negative(this.realAdd(negative(a), b));
    return this.#name(`f32x4.sub(${a}, ${b})`);
  }

  #realMul(a, factor) {
    if (a === null) return null;
    if (isNegative(a)) return negative(this.#realMul(negative(a), factor));
    return this.#name(`f32x4.mul(${a}, ${factor})`);
  }

  #name(expression) {
    const name = `e${this.#count++}`;
    this.say(`const ${name} = ${expression};`);
    return name;
  }
}

function placeOf(pointer) {
  return typeof pointer === "string" ? [pointer, 0] : pointer;
}

function isNegative(name) {
  return name.startsWith("-");
}

function negative(name) {
  return isNegative(name) ? name.slice(1) : `-${name}`;
}

function stored(name) {
  if (name === null) return "f32x4.splat(0)";
  return isNegative(name) ? `f32x4.neg(${negative(name)})` : name;
}

/** Bytes of a vector: real parts, then imaginary parts. */
const VECTOR = 32;

/** Vectors of the rows that most tiles have. */
const USUAL = [6, 4];

/**
 * Straight-line code for each vector of a tile's row, `p` bytes from its start: two at a time, so that addresses and the loop's end serve both. `write(code)` writes it for one. Rows of
 * the usual widths go without a loop where `unrolled`, which pays for short code in a loop over rows.
 *
 * The loops test their end last: what doesn't change within a loop of another form is computed anew on each round by V8.
 */
export function eachVector(width, write, unrolled = false) {
  const written = (offset) => {
    const code = new Code(offset);
    write(code, offset);
    return `{ ${code.text} }`;
  };
  const usual = (unrolled ? USUAL : []).map((count) => {
    const vectors = range(count).map((vector) => written(VECTOR * vector));
    return `if (${width} == ${VECTOR * count}) { const p: usize = 0; ${vectors.join("\n")} } else `;
  });
  return `${usual.join("")}{
      let p: usize = 0;
      if (${width} >= ${2 * VECTOR}) {
        const end = ${width} & ~${2 * VECTOR - 1};
        do {
          ${written(0)}
          ${written(VECTOR)}
          p += ${2 * VECTOR};
        } while (p < end);
      }
      if (p < ${width}) ${written(0)}
    }`;
}
