import { RotoscopeError } from "@rotoscope/core";
import { checkBytes } from "./check-argument.js";
import { readRows, type StarColumn } from "./star-rows.js";
import { Tokens } from "./star-tokens.js";

/** A block of a STAR file: a table, or a list of names and values, which is a table of one row. */
export interface StarBlock {
  /** What follows "data_". */
  readonly name: string;
  readonly rowCount: number;
  /** Label, without its underscore, to its values: numbers where all of them are, else text. */
  readonly columns: ReadonlyMap<string, StarColumn>;
}

/** More labels than any program writes. */
const MOST_LABELS = 1000;
/** Some editors put it before UTF-8. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

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
  checkBytes(bytes);
  const tokens = new Tokens(bytes, name);
  if (BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte)) tokens.position = BYTE_ORDER_MARK.length;
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
    single.set(label, number === null ? [tokens.text()] : Float64Array.of(number));
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
  const { columns, rowCount } = readRows(tokens, labels.length, `block "${name}"`);
  return { name, rowCount, columns: new Map(labels.map((label, i) => [label, columns[i]!])) };
}
