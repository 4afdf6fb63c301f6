import { existsSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { delimiter, sep } from "node:path";
import type ts from "typescript";

/** The node_modules folders around the installed kernel, nearest first. */
export function installedModuleFolders(): readonly string[] {
  const candidates = createRequire(import.meta.url).resolve.paths("tslab") ?? [];
  return candidates.filter((folder) => folder.endsWith(`${sep}node_modules`) && existsSync(folder));
}

/** Lets cells and what they load find the packages installed beside the kernel, after those of their own folder. */
export function addInstalledModulesToNode(): void {
  const present = process.env.NODE_PATH ? [process.env.NODE_PATH] : [];
  process.env.NODE_PATH = [...present, ...installedModuleFolders()].join(delimiter);
  (Module as unknown as { _initPaths(): void })._initPaths();
}

/**
 * `system` with a virtual folder `node_modules` at the file system's root that shows the packages installed beside the
 * kernel. It is the last place in which TypeScript looks, so that packages of the notebook's own folder win, and it is
 * an ancestor of every folder, so that declarations can name what lies in it.
 */
export function withInstalledModules(
  system: ts.System,
  folders: readonly string[] = installedModuleFolders(),
): ts.System {
  const installed = folders.map((folder) => folder.replaceAll("\\", "/"));
  const currentFolder = system.getCurrentDirectory();
  const virtualFolder = `${/^([a-zA-Z]:)?\//.exec(currentFolder)?.[0] ?? "/"}node_modules`;

  const toReal = (path: string): string => {
    if (path !== virtualFolder && !path.startsWith(`${virtualFolder}/`)) return path;
    if (existsSync(path)) return path;
    const rest = path.slice(virtualFolder.length);
    const found = installed.map((folder) => folder + rest).find((candidate) => existsSync(candidate));
    return found ?? path;
  };
  const realpath = (path: string): string => {
    const mapped = toReal(path);
    const real = system.realpath?.(mapped) ?? mapped;
    if (mapped === path) return real;
    const folder = installed.find((candidate) => real.startsWith(`${candidate}/`));
    return folder === undefined ? path : virtualFolder + real.slice(folder.length);
  };
  const isPackageFile = (path: string): boolean => path.includes("/node_modules/");

  /** A virtual folder shows what the installed ones have together: the packages, those of a scope. */
  const getDirectories = (path: string): string[] => {
    const real = toReal(path);
    if (real === path) return system.getDirectories(path);
    const folders = installed.map((folder) => folder + path.slice(virtualFolder.length));
    const names = folders.filter((folder) => existsSync(folder)).flatMap((folder) => system.getDirectories(folder));
    return [...new Set(names)].filter((name) => !name.startsWith("."));
  };

  const overrides: Partial<ts.System> = {
    fileExists: (path) => system.fileExists(toReal(path)),
    readFile: (path, encoding) => system.readFile(toReal(path), encoding),
    directoryExists: (path) => system.directoryExists(toReal(path)),
    getDirectories,
    readDirectory: (path, ...rest) => system.readDirectory(toReal(path), ...rest),
    realpath,
    // Watching costs more than it gives for packages: a kernel loads them once. New files are found by a new compiler.
    watchFile: (path, callback, ...rest) =>
      isPackageFile(path) ? { close: () => {} } : system.watchFile!(path, callback, ...rest),
    watchDirectory: () => ({ close: () => {} }),
  };
  return Object.assign(Object.create(system) as ts.System, overrides);
}
