import type ts from "typescript";
import type { TypeScriptInternals } from "./typescript-for-tslab.js";

/** A source file with its imports, which TypeScript collects but does not declare. */
interface FileWithImports extends ts.SourceFile {
  readonly imports: readonly ts.StringLiteralLike[];
}

/**
 * The program of a watch as tslab uses it. TypeScript's own for this keeps a graph of all files, anew for each cell;
 * tslab asks only for what a cell imports, directly or not, of TypeScript and JavaScript files. The files' names are
 * bound, because tslab reads a cell's own before it has it checked.
 */
export function lightBuilder<T extends ts.BuilderProgram>(typescript: typeof ts & TypeScriptInternals, builder: T): T {
  const program = builder.getProgram();
  for (const name of program.getRootFileNames()) {
    const file = program.getSourceFile(name);
    if (file !== undefined) typescript.bindSourceFile(file, program.getCompilerOptions());
  }
  const getAllDependencies = (file: ts.SourceFile): string[] => [...sourceDependencies(typescript, program, file)];
  return Object.assign(Object.create(builder) as T, { getAllDependencies });
}

function sourceDependencies(typescript: typeof ts, program: ts.Program, file: ts.SourceFile): Set<string> {
  const checker = program.getTypeChecker();
  const found = new Set([file.fileName]);
  for (const name of found) {
    for (const specifier of (program.getSourceFile(name) as FileWithImports).imports) {
      for (const declaration of checker.getSymbolAtLocation(specifier)?.declarations ?? []) {
        if (typescript.isSourceFile(declaration) && !declaration.isDeclarationFile) found.add(declaration.fileName);
      }
    }
  }
  return found;
}
