import { inspect } from "node:util";
import { CompileError, type SourceLocator } from "./compiler/cell-compiler.js";
import type { Diagnostic } from "./compiler/tslab.js";
import { CellInterrupted } from "./interrupts.js";

/** An error as the Jupyter protocol tells it. `traceback` is coloured with ANSI escapes, the rest is plain. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The sources of the cells that ran, by script name, and the way from a script's position into them. */
export interface CellSources {
  readonly sources: ReadonlyMap<string, string>;
  readonly locate: SourceLocator;
}

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;
const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;

/** Describes what a cell threw, with positions in the TypeScript that the user wrote. */
export function describeError(thrown: unknown, cells: CellSources, source: string): ErrorContent {
  if (thrown instanceof CompileError) return describeDiagnostics(thrown, source);
  if (thrown instanceof CellInterrupted) {
    return { ename: thrown.name, evalue: thrown.message, traceback: [red(`${thrown.name}: ${thrown.message}`)] };
  }
  const [ename, evalue] = nameAndMessage(thrown);
  const text = thrown instanceof Error ? inspect(thrown, { colors: false }) : `${ename}: ${evalue}`;
  return { ename, evalue, traceback: formatStack(text.replace(NODE_EXCERPT, ""), cells) };
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

function nameAndMessage(thrown: unknown): [string, string] {
  if (thrown instanceof Error) return [thrown.name === "Error" ? thrown.constructor.name : thrown.name, thrown.message];
  return [typeof thrown, typeof thrown === "string" ? thrown : inspect(thrown, { colors: false })];
}

/** The compiled line that Node's vm puts before a stack. */
const NODE_EXCERPT = /^\S+:\d+\n.*\n\s*\^+\n+/;
const FRAME = /^\s+at /;
const CELL_POSITION = /(cell-\d+\.ts|\/[^\s():]+\.js):(\d+):(\d+)/;
const INTERNAL_FRAME = /node:|\/tslab\/dist\/|\/kernel\/dist\/|<anonymous>:\d|at new Promise \(<anonymous>\)/;

/** A stack with the kernel's own frames left out, and the line of the innermost cell shown. */
function formatStack(text: string, { sources, locate }: CellSources): string[] {
  const output: string[] = [];
  let excerpt: string | undefined;
  for (const line of text.split("\n")) {
    if (!FRAME.test(line)) {
      output.push(output.length === 0 ? red(line) : line);
      continue;
    }
    if (INTERNAL_FRAME.test(line)) continue;
    const match = CELL_POSITION.exec(line);
    const script = match?.[1];
    const position = match && locate(script!, { line: Number(match[2]), column: Number(match[3]) });
    if (script === undefined || !position) {
      output.push(dim(line));
      continue;
    }
    excerpt ??= formatExcerpt(sources.get(script), position.line);
    output.push(line.replace(CELL_POSITION, `${script}:${position.line}:${position.column}`));
  }
  return excerpt === undefined ? output : [output[0]!, excerpt, ...output.slice(1)];
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
