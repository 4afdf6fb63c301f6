import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type ts from "typescript";
import { outputRoot } from "./emitted-paths.js";
import { nodeTypePaths } from "./node-types.js";

/** tslab's options for cells, `inherited`, changed to TypeScript 6 and to the resolution that packages of today need. */
export function cellCompilerOptions(
  typescript: typeof ts,
  inherited: ts.CompilerOptions,
  folder: string,
): ts.CompilerOptions {
  const { noImplicitUseStrict, disableTopLevelAwait, ...options } = inherited;
  const typeRoots = [...localTypeRoots(folder), ownTypeRoot()];
  return {
    ...options,
    target: typescript.ScriptTarget.ES2024,
    rootDir: outputRoot(folder),
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", ...(inherited.lib ?? []).filter((name) => name.startsWith("lib.dom."))],
    types: ["node", fileURLToPath(new URL("../globals/cell-globals", import.meta.url)).replaceAll("\\", "/")],
    typeRoots: typeRoots.map((path) => path.replaceAll("\\", "/")),
    ...(realpathSync(typeRoots[0]!) === ownTypeRoot() ? { paths: nodeTypePaths(ownNodeTypes()) } : {}),
    // A notebook is a place to try things: types help there and do not insist.
    strict: false,
    rewriteRelativeImportExtensions: true,
    inlineSourceMap: true,
  };
}

/** The folders of Node's types that `folder` itself has, nearest first. */
function localTypeRoots(folder: string): string[] {
  const parent = dirname(folder);
  const roots = join(folder, "node_modules", "@types");
  const here = existsSync(join(roots, "node")) ? [roots] : [];
  return parent === folder ? here : [...here, ...localTypeRoots(parent)];
}

/** The folder of the kernel's own `@types/node`, as TypeScript writes it. */
export function ownNodeTypes(): string {
  return join(ownTypeRoot(), "node").replaceAll("\\", "/");
}

function ownTypeRoot(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")));
}
