import { types } from "node:util";
import { CellScope, wrapperStart } from "./cell-scope.js";
import type { Completeness } from "./compiler/code-completeness.js";
import type { CompiledCell } from "./compiler/compiler-service.js";
import { CompilerThread } from "./compiler/compiler-thread.js";
import { requireTslab, type TslabDisplayHandler } from "./compiler/tslab-for-cells.js";
import { CellInterrupted } from "./interrupts.js";
import { LocalModules } from "./local-modules.js";
import type { MimeBundle } from "./mime-bundle.js";
import { followSourceMaps, type SourceLocator } from "./source-locator.js";
import { mapStackPositions } from "./stack-positions.js";
import { CompileError, formatComplaint } from "./traceback.js";

/** How a cell ended. The value stands in a wrapper because it may be a thenable, which must not be awaited. */
export type CellOutcome =
  | { readonly value?: unknown; readonly error?: never }
  | { readonly error: { readonly thrown: unknown } };

/** Compiles and runs cells, one at a time, in one scope. */
export class CellRunner {
  readonly #compiler = new CompilerThread();
  readonly #modules: LocalModules;
  readonly #scope: CellScope;
  readonly #locators = new Map<string, SourceLocator>();
  #declarations = "";
  #interrupt = (): void => {};
  #compiling = false;

  /** `onDisplay` receives what cells show with `import * as tslab from "tslab"`. */
  constructor(onDisplay: TslabDisplayHandler) {
    this.#modules = new LocalModules(() => requireTslab(onDisplay));
    this.#scope = new CellScope(this.#modules.requireFrom(process.cwd()));
    mapStackPositions((script, position) => this.#locators.get(script)?.(script, position));
  }

  /** Runs a cell whose script is called `name`. Never rejects. */
  async run(source: string, name: string): Promise<CellOutcome> {
    const interrupted = new Promise<never>((_, reject) => {
      this.#interrupt = () => reject(new CellInterrupted());
    });
    interrupted.catch(() => {});
    try {
      const compiling = this.#compile(source, name);
      compiling.catch(() => {});
      const cell = await Promise.race([compiling, interrupted]);
      const { code, awaits } = cell;
      const running = code === undefined ? undefined : this.#scope.run({ code, name, awaits });
      if (awaits) await Promise.race([running, interrupted]);
      this.#declarations = cell.declarations;
      const value = this.#scope.takeValue(cell.lastExpressionName);
      return value === undefined ? {} : { value };
    } catch (thrown) {
      return { error: { thrown: isInterruption(thrown) ? new CellInterrupted() : thrown } };
    }
  }

  /** Ends the wait for a cell that is being compiled or awaits. */
  interrupt(): void {
    this.#interrupt();
    if (this.#compiling) this.#compiler.giveUpSoon();
  }

  /** The content of a `complete_reply`. */
  complete(source: string, cursor: number): Promise<object> {
    return this.#compiler.call("complete", this.#declarations, source, cursor);
  }

  /** The declaration and documentation of the name at `cursor`, as plain text and as Markdown. */
  inspect(source: string, cursor: number): Promise<MimeBundle | undefined> {
    return this.#compiler.call("inspect", this.#declarations, source, cursor);
  }

  completeness(source: string): Promise<Completeness> {
    return this.#compiler.call("completeness", source);
  }

  /** An interrupt ends the wait only: what the cell imports is there for later ones. */
  async #compile(source: string, name: string): Promise<CompiledCell> {
    this.#compiling = true;
    const result = await this.#compiler.call("compile", this.#declarations, source).finally(() => {
      this.#compiling = false;
    });
    if ("diagnostics" in result) throw new CompileError(result.diagnostics);
    for (const complaint of result.complaints) console.error(formatComplaint(complaint));
    for (const { path, code, map } of result.localFiles) {
      this.#modules.add(path, code);
      const script = path.replace(/\.js$/, ".ts");
      if (map) this.#locators.set(path, (_, position) => withScript(script, followSourceMaps(map, position)));
    }
    this.#locators.set(name, cellLocator(result));
    return result;
  }
}

/** The way back from a cell's script: through its wrapper, its source maps, and the line that tslab puts before it. */
function cellLocator({ code = "", map, awaits }: CompiledCell): SourceLocator {
  const indent = wrapperStart(awaits).length;
  const lineCount = code.split("\n").length;
  return (script, { line, column }) => {
    // After the last line comes the end of the wrapper, which is not the user's.
    if (map === undefined || line > lineCount) return undefined;
    const position = followSourceMaps(map, { line, column: line === 1 ? column - indent : column });
    return withScript(script, position && { line: position.line - 1, column: position.column });
  };
}

function withScript(script: string, position: ReturnType<typeof followSourceMaps>): ReturnType<SourceLocator> {
  return position && { ...position, script };
}

function isInterruption(thrown: unknown): boolean {
  // Unlike instanceof this asks nothing of what was thrown.
  return types.isNativeError(thrown) && (thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
