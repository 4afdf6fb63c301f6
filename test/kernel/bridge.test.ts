import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const IMPORTS = `
import type { JupyterKernel as Ours } from "../../packages/kernel/src/bridge.js";
import type { JupyterKernel as Theirs } from "../../packages/widgets/src/kernel-bridge.js";
declare const ours: Ours;
declare const theirs: Theirs;
`;

/** The messages of the strict compiler on a file of this folder. */
function compile(source: string): string[] {
  const fileName = `${FOLDER}assignment.ts`;
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: ["node"],
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) =>
    name === fileName ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  const program = ts.createProgram([fileName], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("the kernel's bridge and the one that widgets declares are the same type", () => {
  expect(compile(`${IMPORTS} export const a: Theirs = ours; export const b: Ours = theirs;`)).toEqual([]);
});

test("the comparison notices a difference", () => {
  const different = "Omit<Ours, 'widget'> & { widget(options: { esm: number }): void }";
  expect(compile(`${IMPORTS} declare const d: ${different}; export const a: Theirs = d;`)).toHaveLength(1);
});
