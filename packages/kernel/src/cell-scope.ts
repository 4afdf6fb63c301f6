import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The names that cells share. */
export interface CellScope {
  /** The value of a cell's last expression, which is forgotten then. */
  takeValue(name: string | undefined): unknown;
}

/** What a compiled cell finds under `globalThis.__tslab__`. */
interface CellEnvironment {
  exports: Record<string, unknown>;
  import(specifier: string, viaRequire: () => Promise<unknown>): Promise<unknown>;
}

/** Gives cells a plain object for their names instead of tslab's, whose proxy makes each assignment slow. */
export function shareCellScope(): CellScope {
  const names: Record<string, unknown> = {};
  const environment = (globalThis as unknown as { __tslab__: CellEnvironment }).__tslab__;
  environment.exports = names;
  environment.import = importInCell;
  return {
    takeValue: (name) => {
      if (name === undefined) return undefined;
      const value = names[name];
      delete names[name];
      return value ?? undefined;
    },
  };
}

/** `import()` of a cell: as `require` loads it, or, for a module that awaits at its top, as Node does. */
async function importInCell(specifier: string, viaRequire: () => Promise<unknown>): Promise<unknown> {
  try {
    return await viaRequire();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    const path = createRequire(join(process.cwd(), "cell.js")).resolve(specifier);
    return import(pathToFileURL(path).href);
  }
}
