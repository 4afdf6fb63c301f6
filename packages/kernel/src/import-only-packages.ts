import { existsSync, readFileSync } from "node:fs";
import { Module } from "node:module";
import { join } from "node:path";

/** What of Node's CommonJS loader is changed here; it has no public way to add conditions. */
interface CommonJsLoader {
  _resolveFilename(request: string, parent: { paths?: string[] } | undefined, ...rest: unknown[]): string;
  readonly globalPaths: readonly string[];
}

const CONDITIONS = new Set(["node", "import", "module-sync", "default"]);

/** Lets `require`, to which cells are compiled, load packages whose exports are for `import` alone. */
export function resolveImportOnlyPackages(): void {
  const loader = Module as unknown as CommonJsLoader;
  const resolveFilename = loader._resolveFilename;
  loader._resolveFilename = function (request, parent, ...rest) {
    try {
      return resolveFilename.call(this, request, parent, ...rest);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
      const found = resolveForImport(request, [...(parent?.paths ?? []), ...loader.globalPaths]);
      if (found === undefined) throw error;
      return found;
    }
  };
}

function resolveForImport(request: string, folders: readonly string[]): string | undefined {
  const [, name, rest = ""] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(request) ?? [];
  const folder = folders.map((path) => join(path, name ?? "")).find((path) => existsSync(join(path, "package.json")));
  if (name === undefined || folder === undefined) return undefined;
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { exports?: unknown };
  const target = matchExports(exports, `.${rest}`);
  return target && join(folder, target);
}

/** The target of a subpath in a package's exports, as `import` sees them. */
export function matchExports(exports: unknown, subpath: string): string | undefined {
  const map = isSubpathMap(exports) ? exports : { ".": exports };
  if (subpath in map) return pickTarget(map[subpath]);
  for (const [pattern, target] of Object.entries(map)) {
    const [before, after] = pattern.split("*");
    if (after === undefined || !subpath.startsWith(before!) || !subpath.endsWith(after)) continue;
    const star = subpath.slice(before!.length, subpath.length - after.length);
    return pickTarget(target)?.replaceAll("*", star);
  }
  return undefined;
}

function isSubpathMap(exports: unknown): exports is Record<string, unknown> {
  return typeof exports === "object" && exports !== null && Object.keys(exports).some((key) => key.startsWith("."));
}

function pickTarget(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(pickTarget).find((picked) => picked !== undefined);
  if (typeof target !== "object" || target === null) return undefined;
  const chosen = Object.entries(target).filter(([condition]) => CONDITIONS.has(condition));
  return chosen.map(([, inner]) => pickTarget(inner)).find((picked) => picked !== undefined);
}
