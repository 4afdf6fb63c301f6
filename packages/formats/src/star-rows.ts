import { readShortNumber } from "./star-number.js";
import type { Tokens } from "./star-tokens.js";

/** The values of a label. */
export type StarColumn = Float64Array | readonly string[];

/** Rows that a column has room for at first. */
const FIRST_ROWS = 1024;
const [TAB, LINE_FEED, RETURN, SPACE, HASH, LOWER_D] = [9, 10, 13, 32, 35, 100];

/** The table of a loop. */
export interface StarRows {
  readonly columns: readonly StarColumn[];
  readonly rowCount: number;
}

/**
 * The rows of a loop of `width` labels, from the token after the last label to the next block or the end; `where` stands in the messages of errors.
 * A column is one of numbers when every value is, or empty (NaN), and not all are; else of text. Throws a `RotoscopeError` (`file`) for a row with too few or too many values.
 */
export function readRows(tokens: Tokens, width: number, where: string): StarRows {
  const { position } = tokens;
  const isText = new Uint8Array(width);
  const first = scanRows(tokens, isText, where);
  if (first !== null) return first;
  tokens.position = position;
  return scanRows(tokens, isText, where)!;
}

/** One pass over the rows; null when columns turned out to hold text after numbers, which `isText` says then. */
function scanRows(tokens: Tokens, isText: Uint8Array, where: string): StarRows | null {
  const { bytes } = tokens;
  const width = isText.length;
  const numbers = Array.from(isText, (text): Float64Array => new Float64Array(text ? 0 : FIRST_ROWS));
  const gaps = new Float64Array(width);
  const texts = Array.from(isText, (): string[] => []);
  const starts = new Float64Array(width);
  const ends = new Float64Array(width);
  const first = tokens.position;
  let turned = false;
  let row = 0;
  let capacity = FIRST_ROWS;
  for (; tokens.skip() && !startsBlock(bytes, tokens.position); row++) {
    let at = tokens.position;
    if (row === capacity) {
      capacity = rowsLikely(row, at - first, bytes.length - at);
      for (let i = 0; i < width; i++) if (isText[i] === 0) numbers[i] = longer(numbers[i]!, capacity);
    }
    for (let i = 0; i < width; i++) {
      at = endOfBlanks(bytes, at);
      if (isText[i] === 0) {
        const end = readShortNumber(bytes, at, numbers[i]!, row);
        if (end >= 0) {
          at = end;
          continue;
        }
      }
      tokens.position = at;
      if (atLineEnd(bytes, at)) throw tokens.error(`${where}, row ${row + 1}: ${i} values, expected ${width}`);
      tokens.take();
      at = tokens.position;
      if (isText[i] === 0) {
        const isEmpty = tokens.start === tokens.end;
        const number = isEmpty ? Number.NaN : tokens.number();
        if (isEmpty) gaps[i]!++;
        if (number === null) {
          isText[i] = 1;
          turned ||= row > 0;
        } else numbers[i]![row] = number;
      }
      if (isText[i] === 0 || turned) continue;
      texts[i]!.push(row > 0 && tokens.isSame(starts[i]!, ends[i]!) ? texts[i]![row - 1]! : tokens.text());
      starts[i] = tokens.start;
      ends[i] = tokens.end;
    }
    tokens.position = endOfBlanks(bytes, at);
    if (!atLineEnd(bytes, tokens.position))
      throw tokens.error(`${where}, row ${row + 1}: more than the ${width} values of its labels`);
  }
  if (turned) return null;
  const columns = numbers.map((column, i) =>
    isText[i] ? texts[i]! : row > 0 && gaps[i] === row ? new Array<string>(row).fill("") : column.subarray(0, row),
  );
  return { columns, rowCount: row };
}

function endOfBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === RETURN) at++;
  return at;
}

function atLineEnd(bytes: Uint8Array, at: number): boolean {
  return at >= bytes.length || bytes[at] === LINE_FEED || bytes[at] === HASH;
}

/** Whether "data_" is there. */
function startsBlock(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === LOWER_D && [97, 116, 97, 95].every((letter, i) => bytes[at + 1 + i] === letter);
}

/** For how many rows there should be room after `row` rows in `length` bytes, when `left` are left: a little more than there will be if they go on so. */
function rowsLikely(row: number, length: number, left: number): number {
  return row + Math.ceil((left / length) * row * 1.05) + FIRST_ROWS;
}

function longer(column: Float64Array, length: number): Float64Array {
  const values = new Float64Array(length);
  values.set(column);
  return values;
}
