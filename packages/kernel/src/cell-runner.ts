import { type CellScope, shareCellScope } from "./cell-scope.js";
import { type CellCompiler, createCellCompiler } from "./compiler/cell-compiler.js";
import type { Completion, Executor, Tslab } from "./compiler/tslab.js";
import { loadTslab } from "./compiler/tslab.js";
import { giveBackMemory } from "./give-back-memory.js";
import { CellInterrupted } from "./interrupts.js";
import type { MimeBundle } from "./mime-bundle.js";
import { mapStackPositions } from "./stack-positions.js";

/** How a cell ended. The value stands in a wrapper because it may be a thenable, which must not be awaited. */
export type CellOutcome =
  | { readonly value?: unknown; readonly error?: never }
  | { readonly error: { readonly thrown: unknown } };

interface Loaded {
  readonly tslab: Tslab;
  readonly compiler: CellCompiler;
  readonly executor: Executor;
  readonly scope: CellScope;
}

/** Compiles and runs cells, one at a time, in one scope. TypeScript is loaded at the first use. */
export class CellRunner {
  #loaded: Loaded | undefined;
  #outcome: { value?: unknown; error?: { thrown: unknown } } = {};
  readonly #onTslab: (tslab: Tslab) => void;

  /** `onTslab` is called once when tslab was loaded. */
  constructor(onTslab: (tslab: Tslab) => void = () => {}) {
    this.#onTslab = onTslab;
  }

  /** Runs a cell whose script is called `scriptName`. Never rejects. */
  async run(source: string, scriptName: string): Promise<CellOutcome> {
    this.#outcome = {};
    try {
      const { compiler, executor, scope } = this.#load();
      compiler.scriptName = scriptName;
      compiler.lastExpressionName = undefined;
      if (await executor.execute(source)) this.#outcome = { value: scope.takeValue(compiler.lastExpressionName) };
    } catch (thrown) {
      this.#outcome = { error: { thrown } };
    }
    const { error, value } = this.#outcome;
    if (error !== undefined) return { error };
    return value === undefined ? {} : { value };
  }

  /** Ends the wait for a cell that awaits. */
  interrupt(): void {
    this.#loaded?.executor.interrupt();
  }

  /** Compiles a cell that does nothing, so that the first real one is quick. */
  warmUp(): void {
    this.#load().compiler.convert("", "0");
  }

  /** After the warm-up, while nothing is to do: makes the next kernel's start quick, and gives memory back. */
  async settle(): Promise<void> {
    this.#load().tslab.saveCodeCache();
    await giveBackMemory();
  }

  complete(source: string, position: number): Completion {
    return this.#load().executor.complete(source, position);
  }

  /** The declaration and documentation of the name at `position`, as plain text and as Markdown. */
  inspect(source: string, position: number): MimeBundle | undefined {
    const { executor, tslab } = this.#load();
    const info = executor.inspect(source, position);
    if (info === undefined) return undefined;
    const signature = tslab.ts.displayPartsToString(info.displayParts);
    const text = tslab.printQuickInfo(info);
    return {
      "text/plain": text,
      "text/markdown": `\`\`\`typescript\n${signature}\n\`\`\`\n${text.slice(signature.length)}`,
    };
  }

  get typescript(): Tslab["ts"] {
    return this.#load().tslab.ts;
  }

  #load(): Loaded {
    if (this.#loaded !== undefined) return this.#loaded;
    const tslab = loadTslab();
    const compiler = createCellCompiler(tslab);
    const executor = tslab.createExecutor(
      process.cwd(),
      { node: compiler, browser: compiler, close: () => compiler.close() },
      { log: () => {}, error: (...values) => this.#report(values) },
    );
    mapStackPositions(compiler.locate);
    this.#loaded = { tslab, compiler, executor, scope: shareCellScope() };
    this.#onTslab(tslab);
    return this.#loaded;
  }

  /** tslab hands over either what a cell threw, or the parts of a diagnostic of an in-memory module. */
  #report(values: readonly unknown[]): void {
    if (values.length > 1) {
      console.error(...values);
      return;
    }
    this.#outcome = { error: { thrown: isInterruption(values[0]) ? new CellInterrupted() : values[0] } };
  }
}

function isInterruption(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if ((thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED") return true;
  return thrown.message === "Interrupted asynchronously";
}
