import type { PickleValue } from "./pickle-values.js";

/** Python gives up on values nested some thousand deep, and puts a thousand entries at a time into a list or a dictionary. */
const MOST_MARKS = 10_000;
const MOST_VALUES = 2 ** 18;
const MARK: unique symbol = Symbol("mark");

/** The stack of values that a pickle's operations work on, with marks in it. What isn't there ends in `fail`. */
export class PickleStack {
  readonly #entries: (PickleValue | typeof MARK)[] = [];
  readonly #marks: number[] = [];
  readonly #fail: (why: string) => never;

  constructor(fail: (why: string) => never) {
    this.#fail = fail;
  }

  push(value: PickleValue): true {
    if (this.#entries.length >= MOST_VALUES) this.#fail(`more than ${MOST_VALUES} values on the stack`);
    this.#entries.push(value);
    return true;
  }

  mark(): true {
    if (this.#marks.length >= MOST_MARKS) this.#fail(`nested more than ${MOST_MARKS} deep`);
    this.#marks.push(this.#entries.length);
    this.#entries.push(MARK);
    return true;
  }

  top(): PickleValue {
    const value = this.#entries.at(-1);
    return value === undefined || value === MARK ? this.#fail("nothing on the stack") : value;
  }

  pop(): PickleValue {
    const value = this.top();
    this.#entries.pop();
    return value;
  }

  popMany(count: number): PickleValue[] {
    if (this.#entries.length - count < (this.#marks.at(-1) ?? -1) + 1) this.#fail("too little on the stack");
    return this.#entries.splice(-count) as PickleValue[];
  }

  /** All values after the last mark, which goes too. */
  popMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) return this.#fail("no mark");
    return this.#entries.splice(mark).slice(1) as PickleValue[];
  }

  /** Drops the last value, or the last mark. */
  drop(): true {
    if (this.#entries.at(-1) === MARK) this.popMark();
    else this.pop();
    return true;
  }
}
