import { parse } from "node:path";

/** The folder, in a cell's own, under which tslab hears of files that lie elsewhere. */
const ELSEWHERE = "__elsewhere__";

/** The option `rootDir` with which files anywhere can be imported; tslab's own is the notebook's folder. */
export function outputRoot(folder: string): string {
  return parse(folder).root.replaceAll("\\", "/");
}

/**
 * What tslab should take the name of an emitted file for: it knows files in and below the notebook's folder. `outDir` is
 * the folder that stands for the root.
 */
export function nameForTslab(name: string, outDir: string, folder: string): string {
  if (!name.startsWith(`${outDir}/`)) return name;
  const path = outputRoot(folder) + name.slice(outDir.length + 1);
  const rest = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : `${ELSEWHERE}/${path}`;
  return `${outDir}/${rest}`;
}

/** The path of a file that tslab names, as it really is. */
export function pathFromTslab(path: string, folder: string): string {
  const elsewhere = `${folder}/${ELSEWHERE}/`;
  return path.startsWith(elsewhere) ? path.slice(elsewhere.length - 1) : path;
}
