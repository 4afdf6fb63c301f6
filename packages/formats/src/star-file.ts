import { RotoscopeError } from "@rotoscope/core";
import { Tokens } from "./star-tokens.js";

/** A block of a STAR file: a table, or a list of names and values, which is a table of one row. */
export interface StarBlock {
  /** What follows "data_". */
  readonly name: string;
  readonly rowCount: number;
  /** Label, without its underscore, to its values: numbers where all of them are, else text. */
  readonly columns: ReadonlyMap<string, StarColumn>;
}

/** The values of a label. */
export type StarColumn = Float64Array | readonly string[];

/** More labels than any program writes. */
const MOST_LABELS = 1000;
/** Rows that a column has room for at first. */
const FIRST_ROWS = 64;

/**
 * Reads all blocks of a STAR file, in their order.
 *
 * A column is one of numbers when every value is; "nan" and "inf" are numbers. Throws a `RotoscopeError` (`file`) that names the block and the row or label: a row with too few
 * or too many values, a label twice, over 1000 labels, text that isn't STAR.
 *
 * @example
 * const particles = readStar(bytes, "picks.star").find((block) => block.name === "particles");
 */
export function readStar(bytes: Uint8Array, name = "STAR data"): StarBlock[] {
  const tokens = new Tokens(bytes, name);
  const blocks: StarBlock[] = [];
  while (tokens.next()) {
    if (!tokens.startsWith("data_")) throw tokens.error(`"${tokens.text().slice(0, 40)}" before the first block`);
    blocks.push(readBlock(tokens, tokens.text().slice(5)));
  }
  if (blocks.length === 0) throw new RotoscopeError("file", `${name}: no block that starts with "data_"`);
  return blocks;
}

function readBlock(tokens: Tokens, name: string): StarBlock {
  const single = new Map<string, StarColumn>();
  while (tokens.next()) {
    if (tokens.startsWith("data_")) {
      tokens.back();
      break;
    }
    if (tokens.is("loop_")) return readLoop(tokens, name);
    if (!tokens.startsWith("_")) throw tokens.error(`block "${name}": "${tokens.text().slice(0, 40)}" is no label`);
    const label = tokens.text().slice(1);
    if (single.size >= MOST_LABELS) throw tokens.error(`block "${name}": more than ${MOST_LABELS} labels`);
    if (single.has(label)) throw tokens.error(`block "${name}": label ${label} twice`);
    if (!tokens.next()) throw tokens.error(`block "${name}": label ${label} has no value`);
    const number = tokens.number();
    single.set(label, tokens.isNumber ? Float64Array.of(number) : [tokens.text()]);
  }
  return { name, rowCount: single.size > 0 ? 1 : 0, columns: single };
}

function readLoop(tokens: Tokens, name: string): StarBlock {
  const labels: string[] = [];
  while (tokens.next()) {
    if (!tokens.startsWith("_")) {
      tokens.back();
      break;
    }
    labels.push(tokens.text().slice(1));
    if (labels.length > MOST_LABELS) throw tokens.error(`block "${name}": more than ${MOST_LABELS} labels`);
  }
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) throw tokens.error(`block "${name}": label ${twice} twice`);
  if (labels.length === 0) throw tokens.error(`block "${name}": a loop without labels`);
  const start = tokens.position;
  const text = new Set<number>();
  for (;;) {
    tokens.position = start;
    const { columns, rowCount, mixed } = readRows(tokens, name, labels, text);
    if (mixed === null) return { name, rowCount, columns: new Map(columns.map((column, i) => [labels[i]!, column])) };
    text.add(mixed);
  }
}

/** The rows of a loop; `mixed` is a column that turned out to hold text after numbers. */
function readRows(
  tokens: Tokens,
  name: string,
  labels: readonly string[],
  text: ReadonlySet<number>,
): { columns: StarColumn[]; rowCount: number; mixed: number | null } {
  const width = labels.length;
  const columns: (Float64Array | string[] | null)[] = labels.map((_, i) => (text.has(i) ? [] : null));
  let rowCount = 0;
  for (; tokens.next(); rowCount++) {
    if (tokens.startsWith("data_")) {
      tokens.back();
      break;
    }
    const { line } = tokens;
    for (let i = 0; i < width; i++) {
      if (i > 0 && (!tokens.next() || tokens.line !== line))
        throw tokens.error(`block "${name}", row ${rowCount + 1}: ${i} values, expected ${width}`);
      let column = columns[i] ?? null;
      const number = column instanceof Float64Array || column === null ? tokens.number() : 0;
      if (column === null) column = columns[i] = tokens.isNumber ? new Float64Array(FIRST_ROWS) : [];
      if (!(column instanceof Float64Array)) column.push(tokens.text(column[rowCount - 1]));
      else if (tokens.isNumber) {
        if (rowCount === column.length) column = columns[i] = doubled(column);
        column[rowCount] = number;
      } else return { columns: [], rowCount, mixed: i };
    }
    if (tokens.moreOnLine())
      throw tokens.error(`block "${name}", row ${rowCount + 1}: more than the ${width} values of its labels`);
  }
  const values = columns.map((column) =>
    column instanceof Float64Array ? column.slice(0, rowCount) : (column ?? new Float64Array(0)),
  );
  return { columns: values, rowCount, mixed: null };
}

function doubled(column: Float64Array): Float64Array {
  const longer = new Float64Array(2 * column.length);
  longer.set(column);
  return longer;
}
