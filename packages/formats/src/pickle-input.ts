import { RotoscopeError } from "@rotoscope/core";
import type { StoredBytes } from "./stored-bytes.js";

/** Bytes from which on they are better left in the file at first. */
const LEAST_LEFT = 2 ** 16;

/** Where a pickle's bytes come from: a window on them that moves along, so that large arrays are read once, to where they stay. */
export class PickleInput {
  /** Stands in the messages of errors. */
  readonly name: string;
  #window: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Bytes that lie before the window. */
  #before = 0;
  readonly #source: PickleSource;

  constructor(source: PickleSource) {
    this.name = source.name;
    this.#source = source;
  }

  /** Bytes that were taken so far. */
  get position(): number {
    return this.#before + this.#at;
  }

  /** Whether at least `length` bytes can be taken at once, without `load`. */
  has(length: number): boolean {
    return this.#at + length <= this.#window.length;
  }

  /** Moves the window so that it holds `length` bytes more, or all that are left. */
  async load(length: number): Promise<boolean> {
    while (!this.has(length)) {
      const more = await this.#source.next();
      if (more === null) return false;
      const rest = this.#window.subarray(this.#at);
      this.#before += this.#at;
      this.#at = 0;
      this.#window = rest.length === 0 ? more : joined(rest, more);
    }
    return true;
  }

  /** The next byte, after `load` or `has`. */
  byte(): number {
    const value = this.#window[this.#at++];
    if (value === undefined) throw this.ended(1);
    return value;
  }

  /** The next `length` bytes of the window, a view. */
  view(length: number): Uint8Array {
    if (!this.has(length)) throw this.ended(length);
    this.#at += length;
    return this.#window.subarray(this.#at - length, this.#at);
  }

  /** The next `length` bytes in an array of their own. */
  async take(length: number): Promise<Uint8Array> {
    if (length > this.#source.mostLeft() + this.#window.length - this.#at) throw this.ended(length);
    const bytes = new Uint8Array(length);
    const held = this.#window.subarray(this.#at, this.#at + length);
    bytes.set(held);
    this.#at += held.length;
    if (held.length < length) {
      this.#before += this.#at;
      this.#at = 0;
      this.#window = new Uint8Array(0);
      const got = await this.#source.fill(bytes.subarray(held.length));
      this.#before += got;
      if (held.length + got < length) throw this.ended(length);
    }
    return bytes;
  }

  /** The next `length` bytes. Many that lie in a file stay there until they are asked for. */
  async takeOrLeave(length: number): Promise<Uint8Array | StoredBytes> {
    const { leave } = this.#source;
    if (leave === undefined || length < LEAST_LEFT || this.has(length)) return this.take(length);
    const held = this.#window.length - this.#at;
    if (length > this.#source.mostLeft() + held) throw this.ended(length);
    this.#before += this.#at + length;
    this.#at = 0;
    this.#window = new Uint8Array(0);
    return leave(held, length);
  }

  /** The bytes up to the next line feed, which is taken too. */
  async line(): Promise<Uint8Array> {
    let length = 0;
    for (;;) {
      const end = this.#window.indexOf(10, this.#at + length);
      if (end >= 0) {
        const line = this.#window.slice(this.#at, end);
        this.#at = end + 1;
        return line;
      }
      length = this.#window.length - this.#at;
      if (!(await this.load(length + 1))) throw this.ended(length + 1);
    }
  }

  /** The error for `length` bytes that aren't there. */
  ended(length: number): RotoscopeError {
    return new RotoscopeError(
      "file",
      `${this.name}: the pickle ends at byte ${this.position}, where ${length} more are needed (cut off or damaged)`,
    );
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** What a `PickleInput` reads from. */
export interface PickleSource {
  readonly name: string;
  /** The next piece, some bytes of it; null at the end. */
  next(): Promise<Uint8Array | null>;
  /** Fills `bytes` as far as there are any; returns how many. */
  fill(bytes: Uint8Array): Promise<number>;
  /** At most how many bytes may be left. */
  mostLeft(): number;
  /** Passes over `length` bytes that begin with the last `held` of those given, and returns them as they lie. Sources that can't don't have it. */
  readonly leave?: (held: number, length: number) => StoredBytes;
}

/** A pickle in memory. */
export function pickleBytes(bytes: Uint8Array, name: string): PickleInput {
  let rest: Uint8Array | null = bytes;
  return new PickleInput({
    name,
    next: async () => {
      const piece = rest;
      rest = null;
      return piece;
    },
    fill: async () => 0,
    mostLeft: () => rest?.length ?? 0,
  });
}
