import { RotoscopeError } from "@rotoscope/core";

const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, HASH, APOSTROPHE] = [9, 10, 13, 32, 34, 35, 39];
const POWERS = Float64Array.from({ length: 23 }, (_, k) => 10 ** k);
const decoder = new TextDecoder();

/** Longest value that is taken for a number. */
const LONGEST_NUMBER = 64;

/** The words of a text: separated by blanks, in quotes where they hold some, up to "#" where a comment starts. */
export class Tokens {
  /** Where the next token is looked for. */
  position = 0;
  /** Counts the line breaks before the token. */
  line = 0;
  /** Whether `number` found one. */
  isNumber = false;
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #start = 0;
  #end = 0;
  #before = 0;
  #quoted = false;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  /** Goes to the next token; false at the end. */
  next(): boolean {
    const bytes = this.#bytes;
    const { length } = bytes;
    let at = this.position;
    this.#before = at;
    for (; at < length; at++) {
      const byte = bytes[at]!;
      if (byte === LINE_FEED) this.line++;
      else if (byte === HASH) {
        while (at + 1 < length && bytes[at + 1] !== LINE_FEED) at++;
      } else if (byte !== SPACE && byte !== TAB && byte !== RETURN) break;
    }
    if (at >= length) {
      this.position = length;
      this.#start = this.#end = length;
      return false;
    }
    const first = bytes[at]!;
    this.#quoted = first === QUOTE || first === APOSTROPHE;
    if (this.#quoted) {
      this.#start = ++at;
      while (at < length && bytes[at] !== LINE_FEED && !(bytes[at] === first && isBlank(bytes[at + 1]))) at++;
      if (bytes[at] !== first) throw this.error("a quote without its end");
      this.#end = at;
      this.position = at + 1;
    } else {
      this.#start = at;
      while (at < length && !isBlank(bytes[at])) at++;
      this.#end = this.position = at;
    }
    return true;
  }

  /** Goes back to before the token. */
  back(): void {
    this.position = this.#before;
  }

  /** Whether the rest of the token's line holds another. */
  moreOnLine(): boolean {
    const bytes = this.#bytes;
    for (let at = this.position; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === LINE_FEED || byte === HASH) return false;
      if (byte !== SPACE && byte !== TAB && byte !== RETURN) return true;
    }
    return false;
  }

  /** The token; `last`, when it is the same, is given back as it is. */
  text(last = ""): string {
    const length = this.#end - this.#start;
    if (length === last.length && length > 0) {
      let i = 0;
      while (i < length && this.#bytes[this.#start + i] === last.charCodeAt(i) && last.charCodeAt(i) < 128) i++;
      if (i === length) return last;
    }
    return decoder.decode(this.#bytes.subarray(this.#start, this.#end));
  }

  is(word: string): boolean {
    return this.#end - this.#start === word.length && this.startsWith(word);
  }

  startsWith(word: string): boolean {
    if (this.#quoted) return false;
    for (let i = 0; i < word.length; i++) if (this.#bytes[this.#start + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  /** The token as a number, and in `isNumber` whether it is one. Up to 15 digits are converted exactly by one division. */
  number(): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#start;
    this.isNumber = false;
    if (this.#quoted || end === at || end - at > LONGEST_NUMBER) return Number.NaN;
    const negative = bytes[at] === 45;
    if (negative || bytes[at] === 43) at++;
    let [value, digits, fraction] = [0, 0, 0];
    let point = false;
    for (; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        digits++;
        if (point) fraction++;
      } else if (digit === -2 && !point) point = true;
      else break;
    }
    if (at === end && digits > 0 && digits <= 15) {
      this.isNumber = true;
      const size = value / POWERS[fraction]!;
      return negative ? -size : size;
    }
    return this.#slowNumber();
  }

  /** An error that names the file and the line. */
  error(what: string): RotoscopeError {
    let line = 1;
    for (
      let at = this.#bytes.indexOf(LINE_FEED);
      at >= 0 && at < this.#start;
      at = this.#bytes.indexOf(LINE_FEED, at + 1)
    )
      line++;
    return new RotoscopeError("file", `${this.#name}: line ${line}: ${what}`);
  }

  #slowNumber(): number {
    const text = this.text();
    const special = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(text);
    this.isNumber = special !== null || /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
    if (!special) return this.isNumber ? Number(text) : Number.NaN;
    if (special[2]!.toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === undefined || byte === SPACE || byte === LINE_FEED || byte === TAB || byte === RETURN;
}
