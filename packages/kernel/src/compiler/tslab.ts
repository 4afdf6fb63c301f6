import { createRequire, Module } from "node:module";
import type ts from "typescript";
import { loadTypeScript } from "./load-typescript.js";
import { adaptTypeScript } from "./typescript-for-tslab.js";

/** Where a diagnostic is in a cell; line and character from 0. */
export interface DiagnosticPosition {
  readonly offset: number;
  readonly line: number;
  readonly character: number;
}

/** An error of the compiler, as tslab reports it. */
export interface Diagnostic {
  readonly start: DiagnosticPosition;
  readonly end: DiagnosticPosition;
  readonly messageText: string;
  readonly category: number;
  readonly code: number;
  /** Absent for the cell itself. */
  readonly fileName?: string;
}

/** A cell as JavaScript, or its diagnostics. */
export interface ConvertResult {
  output?: string;
  declOutput?: string;
  diagnostics: readonly Diagnostic[];
  lastExpressionVar?: string;
  hasToplevelAwait?: boolean;
  sideOutputs?: { path: string; data: string }[];
}

/** tslab's compiler of cells. */
export interface Converter {
  convert(previousDeclarations: string, source: string): ConvertResult;
  inspect(previousDeclarations: string, source: string, position: number): ts.QuickInfo | undefined;
  complete(previousDeclarations: string, source: string, position: number): Completion;
  addModule(name: string, content: string, meta?: object): readonly Diagnostic[];
  close(): void;
}

/** What could be written at a cursor; `start` and `end` are the text that a candidate replaces. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  readonly original?: ts.CompletionInfo;
}

/** tslab's runner of cells. */
export interface Executor {
  execute(source: string): Promise<boolean>;
  inspect(source: string, position: number): ts.QuickInfo | undefined;
  complete(source: string, position: number): Completion;
  interrupt(): void;
  readonly locals: Record<string, unknown>;
}

/** A message that tslab's own display functions want published. */
export interface TslabDisplayData {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: object;
  readonly transient: { readonly display_id?: string };
}

/** The parts of tslab 1.0.22 that the kernel builds on, running on the kernel's TypeScript instead of tslab's 5.0. */
export interface Tslab {
  readonly ts: typeof ts;
  createConverter(): Converter;
  createExecutor(
    folder: string,
    converters: { node: Converter; browser: Converter; close(): void },
    console: { log(value: unknown): void; error(...values: unknown[]): void },
  ): Executor;
  printQuickInfo(info: ts.QuickInfo): string;
  /** Keeps TypeScript as compiled by now for the next kernel's start. */
  saveCodeCache(): void;
  /** Receives what `import * as tslab from "tslab"` displays. */
  onDisplay(handler: (message: TslabDisplayData, update: boolean) => void): void;
}

/** Loads tslab and TypeScript, which takes some 0.2 s. */
export function loadTslab(): Tslab {
  const require = createRequire(import.meta.url);
  const { typescript, saveCodeCache } = loadTypeScript();
  const requireFromTslab = createRequire(require.resolve("tslab"));
  const forkPath = requireFromTslab.resolve("@tslab/typescript-for-tslab");
  const adapter = new Module(forkPath);
  adapter.filename = forkPath;
  adapter.loaded = true;
  adapter.exports = adaptTypeScript(typescript);
  require.cache[forkPath] = adapter;
  const converter = require("tslab/dist/converter.js") as Pick<Tslab, "createConverter">;
  const executor = require("tslab/dist/executor.js") as Pick<Tslab, "createExecutor">;
  const inspect = require("tslab/dist/inspect.js") as Pick<Tslab, "printQuickInfo">;
  const jupyter = require("tslab/dist/jupyter.js") as { lastWriteDisplayData: unknown };
  return {
    ts: typescript,
    saveCodeCache,
    createConverter: converter.createConverter,
    createExecutor: executor.createExecutor,
    printQuickInfo: inspect.printQuickInfo,
    onDisplay: (handler) => {
      jupyter.lastWriteDisplayData = handler;
    },
  };
}
