import { RotoscopeError } from "@rotoscope/core";

/** More rotations than any search has. */
const MOST_ROWS = 2 ** 24;
const MOST_COLUMNS = 16;

/**
 * The numbers of a text with as many in every line, separated by blanks, tabs, commas or semicolons; lines that start with "#", and a first line of names, are left out.
 *
 * Throws a `RotoscopeError` (`file`) that names the line.
 */
export function readNumberTable(
  bytes: Uint8Array,
  name: string,
): { readonly rows: Float64Array; readonly width: number } {
  const values: number[] = [];
  let width = 0;
  let from = 0;
  for (let line = 1; from < bytes.length; line++) {
    const found = bytes.indexOf(10, from);
    const end = found < 0 ? bytes.length : found;
    if (end - from > 10_000)
      throw new RotoscopeError("file", `${name}: line ${line} has ${end - from} characters, no list of angles`);
    const text = String.fromCharCode(...bytes.subarray(from, end)).trim();
    from = end + 1;
    if (text === "" || text.startsWith("#")) continue;
    const cells = text.split(/[\s,;]+/);
    const numbers = cells.map(Number);
    if (width === 0 && line === 1 && numbers.every(Number.isNaN)) continue;
    width ||= cells.length;
    const bad = numbers.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new RotoscopeError("file", `${name}: line ${line}: "${cells[bad]!.slice(0, 40)}", expected a number`);
    if (numbers.length !== width || width > MOST_COLUMNS)
      throw new RotoscopeError(
        "file",
        `${name}: line ${line} has ${numbers.length} values, expected ${Math.min(width, MOST_COLUMNS)}`,
      );
    if (values.length > MOST_ROWS * width) throw new RotoscopeError("file", `${name}: more than ${MOST_ROWS} lines`);
    values.push(...numbers);
  }
  return { rows: Float64Array.from(values), width };
}
