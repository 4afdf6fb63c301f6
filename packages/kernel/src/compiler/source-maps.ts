import type ts from "typescript";
import { CELL_FILE, prepareCellModule } from "./cell-module.js";

/** The way from compiled text back to TypeScript, as plain data. */
export interface SourceMapChain {
  /** Source maps as JSON, the one of the last step first. */
  readonly maps: readonly string[];
  /** How many characters stand before the mapped text in its first line. */
  readonly offset: number;
}

const INLINE_MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;
/** Modules are strict. */
const STRICT = '"use strict"; ';
const recorded = new Map<string, SourceMapChain>();

/**
 * Turns a compiled module into CommonJS and keeps the way back to the TypeScript that it was compiled from:
 * `source` ends with its inline source map. tslab compiles in these two steps.
 */
export function recordSourceMap(
  typescript: typeof ts,
  source: string,
  fileName: string | undefined,
  options: ts.CompilerOptions | undefined,
): ts.TranspileOutput {
  const inline = INLINE_MAP.exec(source);
  const first = inline ? Buffer.from(inline[1]!, "base64").toString() : undefined;
  const module = source.replace(INLINE_MAP, "\n");
  const cell = first !== undefined && isOfCell(first) ? prepareCellModule(typescript, module) : undefined;
  if (first !== undefined && cell && !cell.isModule) {
    // Most cells: a second compilation would change nothing and take a quarter of the cell's time.
    const outputText = STRICT + cell.text;
    recorded.set(outputText, { maps: [first], offset: STRICT.length });
    return { outputText };
  }
  const { noImplicitUseStrict, ...compilerOptions } = options ?? {};
  const output = typescript.transpileModule(cell?.text ?? module, {
    fileName: fileName ?? "cell.js",
    compilerOptions: { ...compilerOptions, sourceMap: first !== undefined },
  });
  const outputText = output.outputText.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n");
  if (first !== undefined && output.sourceMapText !== undefined) {
    recorded.set(outputText, { maps: [output.sourceMapText, first], offset: 0 });
  }
  return { ...output, outputText };
}

/** The way from compiled text to the TypeScript it came from; each text can be asked for once. */
export function takeSourceMap(outputText: string): SourceMapChain | undefined {
  const map = recorded.get(outputText);
  recorded.delete(outputText);
  return map;
}

function isOfCell(map: string): boolean {
  return (JSON.parse(map) as { sources: string[] }).sources.some((name) => CELL_FILE.test(name));
}
