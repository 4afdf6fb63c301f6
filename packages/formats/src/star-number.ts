/** 10^0 ... 10^22, the exact ones. */
export const POWERS_OF_TEN: Float64Array = Float64Array.from({ length: 23 }, (_, k) => 10 ** k);
/** Whole numbers of that many digits fit 32 bits, and a double. */
const [SHORT, EXACT] = [9, 15];
const [TAB, LINE_FEED, RETURN, SPACE, PLUS, MINUS, POINT] = [9, 10, 13, 32, 43, 45, 46];

/** A digit's code and its value differ by these bits, and no other code comes to 9 or less; nor does the end of the file. */
const ZERO = 48;

/**
 * Reads the number that starts at byte `start`, of up to 15 digits without an exponent, into `values[index]`. Returns where it ends, or -1 when it is none such,
 * for which there is `numberOf`. Digits and power of ten are exact, so that the one division rounds as JavaScript's own reading does.
 */
export function readShortNumber(bytes: Uint8Array, start: number, values: Float64Array, index: number): number {
  let at = start;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  const first = at;
  let digit = bytes[at]! ^ ZERO;
  let whole = 0;
  while (digit <= 9) {
    whole = (whole * 10 + digit) | 0;
    digit = bytes[++at]! ^ ZERO;
  }
  const wholeDigits = at - first;
  if (wholeDigits > SHORT) return -1;
  let value: number = whole;
  let decimals = 0;
  if (bytes[at] === POINT) {
    const point = ++at;
    let fraction = 0;
    digit = bytes[at]! ^ ZERO;
    while (digit <= 9 && at < point + SHORT) {
      fraction = (fraction * 10 + digit) | 0;
      digit = bytes[++at]! ^ ZERO;
    }
    value = whole * POWERS_OF_TEN[at - point]! + fraction;
    while (digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++at]! ^ ZERO;
    }
    decimals = at - point;
  }
  const digits = wholeDigits + decimals;
  if (digits === 0 || digits > EXACT || !isBlank(bytes[at])) return -1;
  value /= POWERS_OF_TEN[decimals]!;
  values[index] = negative ? -value : value;
  return at;
}

/** The number that a word is, "nan" and "inf" too; null when it is none. */
export function numberOf(word: string): number | null {
  const special = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(word);
  if (special) {
    if (special[2]!.toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(word) ? Number(word) : null;
}

/** Whether a byte ends a word; undefined is the end of the file. */
export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === TAB || byte === RETURN || byte === undefined;
}
