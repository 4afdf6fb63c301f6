import { createRequire } from "node:module";
import { EOL } from "node:os";
import type ts from "typescript";
import { loadTypeScript } from "./load-typescript.js";
import { replaceTypeScriptOfTslab } from "./tslab-for-cells.js";
import { adaptTypeScript } from "./typescript-for-tslab.js";

/** What tslab puts before a cell, a line of its own. */
export const SOURCE_PREFIX: string = `export {};${EOL}`;

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

/** What comments at a cell's beginning say of it. */
export interface CodeMetadata {
  /** The name of the in-memory module that the cell is. */
  readonly module?: string;
  readonly mode?: "node" | "browser";
  readonly jsx?: boolean;
}

/** The parts of tslab 1.0.22 that the kernel builds on, running on the kernel's TypeScript instead of tslab's 5.0. */
export interface Tslab {
  readonly ts: typeof ts;
  /** With `isBrowser` the cells see the names of a browser. */
  createConverter(options?: { isBrowser?: boolean }): Converter;
  getCodeMetadata(source: string): CodeMetadata;
  printQuickInfo(info: ts.QuickInfo): string;
  /** Keeps TypeScript as compiled by now for the next kernel's start. */
  saveCodeCache(): void;
}

/** Loads tslab and TypeScript, which takes some 0.2 s. */
export function loadTslab(): Tslab {
  const require = createRequire(import.meta.url);
  const { typescript, saveCodeCache } = loadTypeScript();
  replaceTypeScriptOfTslab(() => adaptTypeScript(typescript));
  const converter = require("tslab/dist/converter.js") as Pick<Tslab, "createConverter">;
  const metadata = require("tslab/dist/metadata.js") as Pick<Tslab, "getCodeMetadata">;
  const inspect = require("tslab/dist/inspect.js") as Pick<Tslab, "printQuickInfo">;
  return {
    ts: typescript,
    saveCodeCache,
    createConverter: converter.createConverter,
    getCodeMetadata: metadata.getCodeMetadata,
    printQuickInfo: inspect.printQuickInfo,
  };
}
