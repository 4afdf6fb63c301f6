import { readCellSource } from "./cell-source.js";
import type { SourcePosition } from "./source-maps.js";
import { takeSourceMap } from "./source-maps.js";
import type { Converter, ConvertResult, Diagnostic, Tslab } from "./tslab.js";

/** A cell that does not compile. */
export class CompileError extends Error {
  override readonly name = "CompileError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics[0]?.messageText ?? "the cell does not compile");
    this.diagnostics = diagnostics;
  }
}

/** Where a position of a running script is in what the user wrote, if it is in a cell or a compiled local file. */
export type SourceLocator = (
  script: string,
  position: SourcePosition,
) => (SourcePosition & { readonly script: string }) | undefined;

/** tslab's converter, told what each cell is called and made anew when a package was not found. */
export interface CellCompiler extends Converter {
  /** The name of the script that the next converted cell becomes, as seen in stacks. */
  scriptName: string;
  /** The name under which the cell that was converted last leaves its last expression, if it has one. */
  lastExpressionName: string | undefined;
  readonly locate: SourceLocator;
}

const NOT_FOUND_CODES = new Set([2307, 2792, 7016]);
/** What tslab's runner puts before a cell's first line. */
const WRAPPER_LENGTHS = {
  sync: "(function(exports, require) { ".length,
  async: "(async function(exports, require) { ".length,
};

/** A compiler of cells. The first use creates TypeScript's program, some 0.5 s. */
export function createCellCompiler(tslab: Tslab): CellCompiler {
  let current: Converter | undefined;
  const converter = (): Converter => {
    current ??= tslab.createConverter();
    return current;
  };
  const locators = new Map<string, (position: SourcePosition) => ReturnType<SourceLocator>>();

  const convert = (previousDeclarations: string, source: string): ConvertResult => {
    const { text, awaits } = readCellSource(tslab.ts, source);
    const converted = converter().convert(previousDeclarations, text);
    if (converted.diagnostics.length > 0) {
      // The new compiler looks again for what was missing.
      if (converted.diagnostics.some(({ code }) => NOT_FOUND_CODES.has(code))) close();
      throw new CompileError(converted.diagnostics);
    }
    for (const { path, data } of converted.sideOutputs ?? []) {
      const locate = takeSourceMap(data);
      if (locate) locators.set(path, (position) => named(path.replace(/\.js$/, ".ts"), locate(position)));
    }
    compiler.lastExpressionName = converted.lastExpressionVar;
    converted.sideOutputs?.push(...converted.sideOutputs.flatMap(({ path }) => folderModule(path)));
    if (converted.output === undefined) return converted;
    const script = compiler.scriptName;
    const locate = takeSourceMap(converted.output);
    const indent = awaits ? WRAPPER_LENGTHS.async : WRAPPER_LENGTHS.sync;
    const lineCount = converted.output.split("\n").length;
    locators.set(script, ({ line, column }) => {
      // After the last line comes the end of the wrapper, which is not the user's.
      if (line > lineCount) return undefined;
      const position = locate?.({ line, column: line === 1 ? column - indent : column });
      // tslab puts a line of its own before the source.
      return position && { script, line: position.line - 1, column: position.column };
    });
    return { ...converted, output: `${converted.output}\n//# sourceURL=${script}`, hasToplevelAwait: awaits };
  };
  const close = (): void => {
    current?.close();
    current = undefined;
  };

  const compiler: CellCompiler = {
    scriptName: "cell.ts",
    lastExpressionName: undefined,
    convert,
    inspect: (previous, source, position) =>
      converter().inspect(previous, readCellSource(tslab.ts, source).text, position),
    complete: (previous, source, position) =>
      converter().complete(previous, readCellSource(tslab.ts, source).text, position),
    addModule: (...args) => converter().addModule(...args),
    close,
    locate: (script, position) => locators.get(script)?.(position),
  };
  return compiler;
}

/** What `./folder` means when `path` is its index: tslab's `require` knows files alone. */
function folderModule(path: string): { path: string; data: string }[] {
  const [, folder, name] = /^(.*\/([^/]+))\/index\.js$/.exec(path) ?? [];
  return folder === undefined
    ? []
    : [{ path: `${folder}.js`, data: `module.exports = require("./${name}/index.js");` }];
}

function named(script: string, position: SourcePosition | undefined): ReturnType<SourceLocator> {
  return position && { ...position, script };
}
