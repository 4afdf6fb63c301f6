import { POWERS_OF_TEN } from "./star-number.js";

const [TAB, LINE_FEED, MINUS, POINT, ZERO] = [9, 10, 45, 46, 48];
/** Digits of a score: as many as tell any two float32 values apart. */
const SIGNIFICANT = 9;
/** Longest number. */
const ROOM = 32;
/** How near a half the seventh decimal may be before JavaScript decides: products that large err less. */
const NEAR = 1e-5;

/** A text that grows, as the bytes of its UTF-8; several times as fast as joining strings of numbers. */
export class TextBytes {
  #bytes: Uint8Array = new Uint8Array(2 ** 16);
  #at = 0;

  /** What was written so far; a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Any text. */
  text(text: string): this {
    this.#reserve(3 * text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        this.#at += new TextEncoder().encodeInto(text.slice(i), this.#bytes.subarray(this.#at)).written;
        return this;
      }
      this.#bytes[this.#at++] = code;
    }
    return this;
  }

  tab(): this {
    return this.#byte(TAB);
  }

  endLine(): this {
    return this.#byte(LINE_FEED);
  }

  /** A number as `String` gives it. */
  number(value: number): this {
    return Number.isInteger(value) && value >= 0 && value < 1e9 ? this.#digits(value, 1) : this.text(String(value));
  }

  /** A number with six decimals, as `toFixed(6)`; without a minus where these are all zero. */
  fixed(value: number): this {
    const millionths = Math.abs(value) * 1e6;
    const size = Math.round(millionths);
    if (!(size < 1e15) || isNearHalf(millionths))
      return this.text(value.toFixed(6).replace(/^-0\.000000$/, "0.000000"));
    const whole = Math.floor(size / 1e6);
    if (value < 0 && size > 0) this.#byte(MINUS);
    this.#digits(whole, 1);
    return this.#byte(POINT).#digits(size - whole * 1e6, 6);
  }

  /** A number with nine digits, as `toPrecision(9)`. */
  significant(value: number): this {
    const size = Math.abs(value);
    if (!(size >= 1e-5 && size < 10)) return this.text(value.toPrecision(SIGNIFICANT));
    let exponent = 0;
    while (size * POWERS_OF_TEN[exponent]! < 1) exponent++;
    const scaled = size * POWERS_OF_TEN[exponent + SIGNIFICANT - 1]!;
    const digits = Math.round(scaled);
    if (digits >= 1e9 || digits < 1e8 || isNearHalf(scaled)) return this.text(value.toPrecision(SIGNIFICANT));
    if (value < 0) this.#byte(MINUS);
    if (exponent > 0)
      return this.#byte(ZERO)
        .#byte(POINT)
        .#digits(digits, exponent + SIGNIFICANT - 1);
    const first = Math.floor(digits / 1e8);
    return this.#digits(first, 1)
      .#byte(POINT)
      .#digits(digits - first * 1e8, 8);
  }

  toString(): string {
    return new TextDecoder().decode(this.bytes);
  }

  /** A whole number below 10^9, with at least `width` digits. */
  #digits(value: number, width: number): this {
    this.#reserve(ROOM);
    let count = 1;
    while (count < SIGNIFICANT && POWERS_OF_TEN[count]! <= value) count++;
    if (count < width) count = width;
    let rest = value | 0;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const tenth = (rest / 10) | 0;
      this.#bytes[at] = ZERO + rest - 10 * tenth;
      rest = tenth;
    }
    this.#at += count;
    return this;
  }

  #byte(byte: number): this {
    this.#reserve(1);
    this.#bytes[this.#at++] = byte;
    return this;
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const longer = new Uint8Array(2 * (this.#at + length));
    longer.set(this.bytes);
    this.#bytes = longer;
  }
}

/** Whether rounding may go either way, for what the last product lost. */
function isNearHalf(value: number): boolean {
  return Math.abs(value - Math.floor(value) - 0.5) < NEAR + value * 1e-15;
}
