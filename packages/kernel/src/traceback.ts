import { inspect } from "node:util";
import type { Diagnostic } from "./compiler/tslab.js";
import { CellInterrupted } from "./interrupts.js";

/** A cell that does not compile. */
export class CompileError extends Error {
  override readonly name = "CompileError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics[0]?.messageText ?? "the cell does not compile");
    this.diagnostics = diagnostics;
  }
}

/** An error as the Jupyter protocol tells it. `traceback` is coloured with ANSI escapes, the rest is plain. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The sources of the cells that ran, by script name. */
export type CellSources = ReadonlyMap<string, string>;

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;
const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;

/** Describes what a cell threw; `source` is that cell, `cells` are all that a stack may name. Never throws. */
export function describeError(thrown: unknown, source: string, cells: CellSources): ErrorContent {
  try {
    if (thrown instanceof CompileError) return describeDiagnostics(thrown, source);
    const [ename, evalue] = nameAndMessage(thrown);
    if (!(thrown instanceof Error) || thrown instanceof CellInterrupted) return headlineOnly(ename, evalue);
    const stack = inspect(thrown, { colors: false }).replace(NODE_EXCERPT, "");
    return { ename, evalue, traceback: formatStack(stack, cells) };
  } catch {
    return headlineOnly("Error", "the cell threw a value that can't be described");
  }
}

function headlineOnly(ename: string, evalue: string): ErrorContent {
  return { ename, evalue, traceback: [red(`${ename}: ${evalue}`)] };
}

function describeDiagnostics(error: CompileError, source: string): ErrorContent {
  const lines = source.split("\n");
  const blocks = error.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, lines));
  return { ename: error.name, evalue: error.message, traceback: [red(`${error.name}: ${error.message}`), ...blocks] };
}

function formatDiagnostic({ start, end, messageText, code, fileName }: Diagnostic, lines: readonly string[]): string {
  const place = `${fileName ?? "cell"}:${start.line + 1}:${start.character + 1}`;
  const heading = `${bold(place)} ${red(`TS${code}`)}: ${messageText}`;
  const line = lines[start.line];
  if (fileName !== undefined || line === undefined) return heading;
  const endCharacter = end.line === start.line ? end.character : line.length;
  const underline = " ".repeat(start.character) + "~".repeat(Math.max(1, endCharacter - start.character));
  return `${heading}\n${dim("  ")}${line}\n  ${red(underline)}`;
}

/** A complaint of the compiler in one line of plain text. */
export function formatComplaint({ start, messageText, fileName }: Diagnostic): string {
  return `${fileName ?? "cell"}:${start.line + 1}:${start.character + 1} - ${messageText}`;
}

function nameAndMessage(thrown: unknown): [string, string] {
  if (thrown instanceof Error)
    return [String(thrown.name === "Error" ? thrown.constructor.name : thrown.name), String(thrown.message)];
  return [typeof thrown, typeof thrown === "string" ? thrown : inspect(thrown, { colors: false })];
}

/** The compiled line that Node's vm puts before a stack. */
const NODE_EXCERPT = /^\S+:\d+\n[\s\S]*?\n\n+/;
const CELL_FRAME = /^\s+at .*(cell-\d+\.ts):(\d+):\d+/;

/** A stack whose first line is red, followed by the line of the innermost cell. */
function formatStack(text: string, cells: CellSources): string[] {
  const [first = "", ...rest] = text.split("\n");
  const match = rest.map((line) => CELL_FRAME.exec(line)).find((found) => found !== null);
  const excerpt = match && formatExcerpt(cells.get(match[1]!), Number(match[2]));
  return [red(first), ...(excerpt ? [excerpt] : []), ...rest];
}

function formatExcerpt(source: string | undefined, lineNumber: number): string | undefined {
  if (source === undefined) return undefined;
  const lines = source.split("\n");
  const first = Math.max(1, lineNumber - 2);
  const shown = lines.slice(first - 1, lineNumber + 1);
  return shown
    .map((line, index) => {
      const number = first + index;
      const label = `${number === lineNumber ? "-->" : "   "} ${String(number).padStart(3)} | `;
      return number === lineNumber ? `${red(label)}${line}` : dim(label + line);
    })
    .join("\n");
}
