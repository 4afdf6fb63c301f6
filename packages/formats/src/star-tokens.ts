import { RotoscopeError } from "@rotoscope/core";
import { isBlank, numberOf } from "./star-number.js";

const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, HASH, APOSTROPHE] = [9, 10, 13, 32, 34, 35, 39];
/** Longest word that is taken for a number. */
const LONGEST_NUMBER = 64;
/** Longest word of all. */
const LONGEST_TOKEN = 2 ** 20;
/** How many bytes are decoded at a time for the words in them. */
const WINDOW = 2 ** 16;
const decoder = new TextDecoder();

/** The words of a text: separated by blanks, in quotes where they hold some, up to "#" where a comment starts. */
export class Tokens {
  readonly bytes: Uint8Array;
  /** Where the next token is looked for. */
  position = 0;
  /** The token's first byte, and the one after its last, without quotes. */
  start = 0;
  end = 0;
  readonly #name: string;
  #before = 0;
  #quoted = false;
  #window = "";
  #windowStart = Number.POSITIVE_INFINITY;

  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.#name = name;
  }

  /** Goes to the next token; false at the end. */
  next(): boolean {
    this.#before = this.position;
    const found = this.skip();
    if (found) this.take();
    return found;
  }

  /** Goes back to before the token that `next` found. */
  back(): void {
    this.position = this.#before;
  }

  /** Moves to where the next token starts, over lines and comments; false at the end. */
  skip(): boolean {
    const { bytes } = this;
    let at = this.position;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === HASH) {
        while (at + 1 < bytes.length && bytes[at + 1] !== LINE_FEED) at++;
      } else if (byte !== LINE_FEED && byte !== SPACE && byte !== TAB && byte !== RETURN) break;
    }
    this.position = at;
    return at < bytes.length;
  }

  /** The token that starts at `position`. */
  take(): void {
    const { bytes } = this;
    let at = this.position;
    const first = bytes[at];
    this.#quoted = first === QUOTE || first === APOSTROPHE;
    if (this.#quoted) {
      this.start = ++at;
      while (at < bytes.length && bytes[at] !== LINE_FEED && !(bytes[at] === first && isBlank(bytes[at + 1]))) at++;
      if (bytes[at] !== first) throw this.error("a quote without its end");
      this.end = at;
      this.position = at + 1;
    } else {
      this.start = at;
      while (!isBlank(bytes[at])) at++;
      this.end = this.position = at;
    }
    if (this.end - this.start > LONGEST_TOKEN) throw this.error(`a word of ${this.end - this.start} bytes`);
  }

  text(): string {
    const { start, end } = this;
    if (start < this.#windowStart || start >= this.#windowStart + WINDOW) this.#moveWindow(start);
    const from = start - this.#windowStart;
    const to = end - this.#windowStart;
    return to <= this.#window.length ? this.#window.slice(from, to) : decoder.decode(this.bytes.subarray(start, end));
  }

  /** The token as a number; null when it is none. */
  number(): number | null {
    return this.#quoted || this.end - this.start > LONGEST_NUMBER ? null : numberOf(this.text());
  }

  /** Decodes text from `start` on at once, for words to be cut out of; none where letters take several bytes. */
  #moveWindow(start: number): void {
    const bytes = this.bytes.subarray(start, start + WINDOW);
    const window = decoder.decode(bytes);
    this.#windowStart = start;
    this.#window = window.length === bytes.length ? window : "";
  }

  is(word: string): boolean {
    return this.end - this.start === word.length && this.startsWith(word);
  }

  startsWith(word: string): boolean {
    if (this.#quoted) return false;
    for (let i = 0; i < word.length; i++) if (this.bytes[this.start + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  /** Whether the token has the bytes from `start` to `end`. */
  isSame(start: number, end: number): boolean {
    const length = end - start;
    if (this.end - this.start !== length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== this.bytes[this.start + i]) return false;
    return true;
  }

  /** An error that names the file and the line. */
  error(what: string): RotoscopeError {
    let line = 1;
    for (
      let at = this.bytes.indexOf(LINE_FEED);
      at >= 0 && at < this.position;
      at = this.bytes.indexOf(LINE_FEED, at + 1)
    )
      line++;
    return new RotoscopeError("file", `${this.#name}: line ${line}: ${what}`);
  }
}
