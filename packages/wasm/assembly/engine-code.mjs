// Straight-line AssemblyScript, written value by value: what engine-kernels.mjs builds its kernels of.

/** Numbers from 0 to `count` - 1. */
export function range(count) {
  return Array.from({ length: count }, (_, index) => index);
}

export const NOTHING = "f32x4.splat(0)";

export function constant(value) {
  return `f32x4.splat(<f32>${value.toPrecision(17)})`;
}

/** Straight-line code with one name per value; operations on known zeros (null) vanish, and so do signs ("-" before a name) until a value is stored. */
export class Code {
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
    this.say(`v128.store(${pointer}, ${stored(re)});`);
    this.say(`v128.store(${pointer}, ${stored(im)}, 16);`);
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

  /** i a */
  turned([re, im]) {
    return [this.realSub(null, im), re];
  }

  /** exp(2 pi i / 8) a */
  turnedEighth([re, im]) {
    return this.scale([this.realSub(re, im), this.realAdd(re, im)], constant(Math.SQRT1_2));
  }

  /** exp(6 pi i / 8) a */
  turnedThreeEighths([re, im]) {
    return this.scale([this.realSub(negative(re), im), this.realSub(re, im)], constant(Math.SQRT1_2));
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

function isNegative(name) {
  return name.startsWith("-");
}

function negative(name) {
  return isNegative(name) ? name.slice(1) : `-${name}`;
}

function stored(name) {
  if (name === null) return NOTHING;
  return isNegative(name) ? `f32x4.neg(${negative(name)})` : name;
}
