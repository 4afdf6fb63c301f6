import { readCellSource } from "./cell-source.js";
import { codeCompleteness } from "./code-completeness.js";
import type { CompiledCell, CompilerService } from "./compiler-service.js";
import { completeReply } from "./complete-reply.js";
import { pathFromTslab } from "./emitted-paths.js";
import { takeSourceMap } from "./source-maps.js";
import type { Converter, Tslab } from "./tslab.js";

/** Codes of diagnostics that say that a module was not found. */
const NOT_FOUND_CODES = new Set([2307, 2792, 7016]);

/** tslab's compiler of cells, made anew when a package was not found. The first use creates TypeScript's program, some 0.5 s. */
export function createCellCompiler(tslab: Tslab): CompilerService {
  const folder = tslab.ts.sys.getCurrentDirectory().replaceAll("\\", "/");
  const converters = new Map<string, Converter>();
  const converterFor = (mode: "node" | "browser" = "node"): Converter => {
    const converter = converters.get(mode) ?? tslab.createConverter({ isBrowser: mode === "browser" });
    converters.set(mode, converter);
    return converter;
  };

  return {
    compile: (declarations, source) => {
      const { module, mode, ...metadata } = tslab.getCodeMetadata(source);
      if (module !== undefined) {
        return emptyCell(declarations, converterFor(mode).addModule(module, source, metadata));
      }
      if (mode === "browser") return emptyCell(declarations);
      const { text, awaits } = readCellSource(tslab.ts, source);
      const converted = converterFor().convert(declarations, text);
      if (converted.diagnostics.length > 0) {
        // The new compiler looks again for what was missing.
        if (converted.diagnostics.some(({ code }) => NOT_FOUND_CODES.has(code))) {
          converterFor().close();
          converters.clear();
        }
        return { diagnostics: converted.diagnostics };
      }
      const { output, declOutput, lastExpressionVar, sideOutputs = [] } = converted;
      return {
        ...(output === undefined ? {} : { code: output, map: takeSourceMap(output) }),
        awaits,
        declarations: declOutput ?? "",
        lastExpressionName: lastExpressionVar,
        localFiles: sideOutputs.map(({ path, data }) => ({
          path: pathFromTslab(path, folder),
          code: data,
          map: takeSourceMap(data),
        })),
        complaints: [],
      };
    },
    complete: (declarations, source, cursor) => {
      const converter = converterFor(tslab.getCodeMetadata(source).mode);
      return completeReply(source, converter.complete(declarations, readCellSource(tslab.ts, source).text, cursor));
    },
    inspect: (declarations, source, cursor) => {
      const converter = converterFor(tslab.getCodeMetadata(source).mode);
      const info = converter.inspect(declarations, readCellSource(tslab.ts, source).text, cursor);
      if (info === undefined) return undefined;
      const signature = tslab.ts.displayPartsToString(info.displayParts);
      const text = tslab.printQuickInfo(info);
      return {
        "text/plain": text,
        "text/markdown": `\`\`\`typescript\n${signature}\n\`\`\`\n${text.slice(signature.length)}`,
      };
    },
    completeness: (source) => codeCompleteness(tslab.ts, source),
  };
}

function emptyCell(declarations: string, complaints: CompiledCell["complaints"] = []): CompiledCell {
  return { awaits: false, declarations, localFiles: [], complaints };
}
