import type ts from "typescript";
import { cellCompilerOptions, ownNodeTypes } from "./compiler-options.js";
import { withEarlierNames } from "./earlier-names.js";
import { withInstalledModules } from "./installed-modules.js";
import { lightBuilder } from "./light-builder.js";
import { withNodeTypesOnDemand } from "./node-types.js";
import { quickInfoAtPosition } from "./quick-info.js";
import { recordSourceMap } from "./source-maps.js";

/** What TypeScript has beyond its declared interface and this kernel or tslab uses; a contract test calls each. */
export interface TypeScriptInternals {
  readonly nullTransformationContext: ts.TransformationContext;
  readonly Completions: { getCompletionsAtPosition(...args: unknown[]): ts.CompletionInfo | undefined };
  readonly SymbolDisplay: {
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: ts.TypeChecker,
      symbol: ts.Symbol,
      file: ts.SourceFile,
      enclosing: ts.Node,
      node: ts.Node,
    ): {
      displayParts: ts.SymbolDisplayPart[];
      documentation: ts.SymbolDisplayPart[];
      symbolKind: ts.ScriptElementKind;
      tags?: ts.JSDocTagInfo[];
    };
  };
  /** Fills `locals` of a source file. */
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
}

/**
 * The TypeScript that tslab sees: the given one, with the functions that only tslab's own copy of 5.0 has, and with
 * the kernel's compiler options and module resolution.
 */
export function adaptTypeScript(typescript: typeof ts): object {
  const internals = typescript as typeof ts & TypeScriptInternals;
  return {
    ...typescript,
    getNullTransformationContext: () => internals.nullTransformationContext,
    // The kernel's own options say where types are.
    getDefaultTypeRoots: () => [],
    getPreEmitDiagnosticsOfFiles: (program: ts.Program, files: readonly ts.SourceFile[]) =>
      typescript.sortAndDeduplicateDiagnostics(
        files.flatMap((file) => [
          ...program.getSyntacticDiagnostics(file),
          // Not those of declarations: a type that has no name to be declared by is any in the next cell.
          ...program.getSemanticDiagnostics(file),
        ]),
      ),
    getQuickInfoAtPosition: (file: ts.SourceFile, checker: ts.TypeChecker, _token: unknown, position: number) =>
      quickInfoAtPosition(internals, file, checker, position),
    Completions: {
      ...internals.Completions,
      getCompletionsAtPositionForTslab: (_host: object, program: ts.Program, ...rest: unknown[]) =>
        internals.Completions.getCompletionsAtPosition(completionHost(typescript, program), program, ...rest),
    },
    createWatchCompilerHost: (
      rootFiles: string[],
      options: ts.CompilerOptions,
      system: ts.System,
      _createProgram: unknown,
      ...reporters: [ts.DiagnosticReporter, ts.WatchStatusReporter]
    ) => {
      const cellOptions = cellCompilerOptions(typescript, options, system.getCurrentDirectory());
      const cellSystem = withNodeTypesOnDemand(withInstalledModules(system), ownNodeTypes());
      const create = typescript.createAbstractBuilder;
      const host = typescript.createWatchCompilerHost(rootFiles, cellOptions, cellSystem, create, ...reporters);
      // A third of the start is reading comments; quickInfoAtPosition reads those that it needs.
      host.jsDocParsingMode = typescript.JSDocParsingMode.ParseForTypeInfo;
      return host;
    },
    createWatchProgram: (host: ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.BuilderProgram>) => {
      const { afterProgramCreate } = host;
      host.afterProgramCreate = (builder) =>
        afterProgramCreate?.(withEarlierNames(typescript, lightBuilder(internals, builder)));
      return typescript.createWatchProgram(host);
    },
    transpileModule: (source: string, { fileName, compilerOptions }: ts.TranspileOptions) =>
      recordSourceMap(typescript, source, fileName, compilerOptions),
  };
}

/** What completions of import paths ask of their host. */
function completionHost(typescript: typeof ts, program: ts.Program): object {
  const system = withInstalledModules(typescript.sys);
  return {
    ...system,
    fileExists: system.fileExists,
    readFile: system.readFile,
    directoryExists: system.directoryExists,
    getDirectories: system.getDirectories,
    readDirectory: system.readDirectory,
    realpath: system.realpath,
    getCurrentDirectory: () => program.getCurrentDirectory(),
    getCompilationSettings: () => program.getCompilerOptions(),
    useCaseSensitiveFileNames: () => system.useCaseSensitiveFileNames,
  };
}
