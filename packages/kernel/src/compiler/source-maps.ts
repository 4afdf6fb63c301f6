import { SourceMap, type SourceMapPayload } from "node:module";
import type ts from "typescript";
import { CELL_FILE, prepareCellModule } from "./cell-module.js";

/** A place in a source, both from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

const INLINE_MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;
/** Modules are strict. */
const STRICT = '"use strict"; ';
const recorded = new Map<string, (position: SourcePosition) => SourcePosition | undefined>();

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
  const first = inline && readMap(Buffer.from(inline[1]!, "base64").toString());
  const module = source.replace(INLINE_MAP, "\n");
  const isCell = first?.payload.sources.some((name) => CELL_FILE.test(name)) ?? false;
  const cell = isCell ? prepareCellModule(typescript, module) : undefined;
  if (first && cell && !cell.isModule) {
    // Most cells: a second compilation would change nothing and take a quarter of the cell's time.
    const outputText = STRICT + cell.text;
    recorded.set(outputText, ({ line, column }) =>
      lookUp(first, { line, column: line === 1 ? column - STRICT.length : column }),
    );
    return { outputText };
  }
  const { noImplicitUseStrict, ...compilerOptions } = options ?? {};
  const output = typescript.transpileModule(cell?.text ?? module, {
    fileName: fileName ?? "cell.js",
    compilerOptions: { ...compilerOptions, sourceMap: first !== null },
  });
  const outputText = output.outputText.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n");
  if (first !== null && output.sourceMapText !== undefined) {
    const second = readMap(output.sourceMapText);
    recorded.set(outputText, (position) => {
      const middle = lookUp(second, position);
      return middle && lookUp(first, middle);
    });
  }
  return { ...output, outputText };
}

/** The way from a place in compiled text to the TypeScript it came from; each text can be asked for once. */
export function takeSourceMap(
  outputText: string,
): ((position: SourcePosition) => SourcePosition | undefined) | undefined {
  const map = recorded.get(outputText);
  recorded.delete(outputText);
  return map;
}

function readMap(text: string): SourceMap {
  return new SourceMap(JSON.parse(text) as SourceMapPayload);
}

function lookUp(map: SourceMap, position: SourcePosition): SourcePosition | undefined {
  const entry = map.findEntry(position.line - 1, position.column - 1);
  if (!("originalLine" in entry)) return undefined;
  return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
