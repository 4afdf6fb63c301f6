import type { SourcePosition } from "./source-maps.js";
import { takeSourceMap } from "./source-maps.js";
import { hasTopLevelAwait } from "./top-level-await.js";
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
export type SourceLocator = (script: string, position: SourcePosition) => SourcePosition | undefined;

/** tslab's converter, told what each cell is called and made anew when a package was not found. */
export interface CellCompiler extends Converter {
  /** The name of the script that the next converted cell becomes, as seen in stacks. */
  scriptName: string;
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
  const maps = new Map<string, (position: SourcePosition) => SourcePosition | undefined>();

  const convert = (previousDeclarations: string, source: string): ConvertResult => {
    const converted = converter().convert(previousDeclarations, source);
    if (converted.diagnostics.length > 0) {
      // The new compiler looks again for what was missing.
      if (converted.diagnostics.some(({ code }) => NOT_FOUND_CODES.has(code))) close();
      throw new CompileError(converted.diagnostics);
    }
    for (const { path, data } of converted.sideOutputs ?? []) keepMap(path, data, 0);
    if (converted.output === undefined) return converted;
    const awaits = hasTopLevelAwait(tslab.ts, source);
    keepMap(compiler.scriptName, converted.output, awaits ? WRAPPER_LENGTHS.async : WRAPPER_LENGTHS.sync);
    return {
      ...converted,
      output: `${converted.output}\n//# sourceURL=${compiler.scriptName}`,
      hasToplevelAwait: awaits,
    };
  };
  const keepMap = (script: string, text: string, indent: number): void => {
    const map = takeSourceMap(text);
    if (map === undefined) return;
    maps.set(script, ({ line, column }) => {
      const original = map({ line, column: line === 1 ? column - indent : column });
      // tslab puts a line of its own before the source.
      return original && { line: original.line - 1, column: original.column };
    });
  };
  const close = (): void => {
    current?.close();
    current = undefined;
  };

  const compiler: CellCompiler = {
    scriptName: "cell.ts",
    convert,
    inspect: (...args) => converter().inspect(...args),
    complete: (...args) => converter().complete(...args),
    addModule: (...args) => converter().addModule(...args),
    close,
    locate: (script, position) => maps.get(script)?.(position),
  };
  return compiler;
}
