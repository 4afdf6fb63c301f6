import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";

/** A compiled cell to be run. */
export interface CellScript {
  readonly code: string;
  /** What stacks call it. */
  readonly name: string;
  readonly awaits: boolean;
}

/** What a compiled cell finds under `globalThis.__tslab__`. */
interface CellEnvironment {
  readonly exports: Record<string, unknown>;
  readonly require: NodeJS.Require;
  import(specifier: string, viaRequire: () => Promise<unknown>): Promise<unknown>;
}

/** The names that cells share, and where cells run. */
export class CellScope {
  readonly #names: Record<string, unknown> = {};

  constructor(require: NodeJS.Require) {
    const environment: CellEnvironment = { exports: this.#names, require, import: importInCell };
    Object.defineProperty(globalThis, "__tslab__", { value: environment, enumerable: false });
  }

  /** Runs a cell as a function, which is quick and may declare names anew; returns a promise when the cell awaits. */
  run({ code, name, awaits }: CellScript): unknown {
    const source = `${wrapperStart(awaits)}${code}\n})(__tslab__.exports, __tslab__.require)`;
    return runInThisContext(source, { filename: name, breakOnSigint: true });
  }

  /** The value of a cell's last expression, which is forgotten then. */
  takeValue(name: string | undefined): unknown {
    if (name === undefined) return undefined;
    const value = this.#names[name];
    delete this.#names[name];
    return value ?? undefined;
  }
}

/** What stands before a cell in the first line of its script. */
export function wrapperStart(awaits: boolean): string {
  return `(${awaits ? "async " : ""}function(exports, require) { `;
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
