import type { MimeBundle } from "../mime-bundle.js";
import type { Completeness } from "./code-completeness.js";
import type { SourceMapChain } from "./source-maps.js";
import type { Diagnostic } from "./tslab.js";

/** JavaScript that came from TypeScript, and the way back. */
export interface CompiledFile {
  readonly path: string;
  readonly code: string;
  readonly map: SourceMapChain | undefined;
}

/** A cell that compiled. */
export interface CompiledCell {
  /** Absent when there is nothing to run, as in a cell that is an in-memory module. */
  readonly code?: string;
  readonly map?: SourceMapChain | undefined;
  readonly awaits: boolean;
  /** The declarations that the next cell sees, those of earlier cells included. */
  readonly declarations: string;
  /** The name under which the cell leaves its last expression, if it has one. */
  readonly lastExpressionName?: string | undefined;
  /** Local files that the cell imports and that are new or changed. */
  readonly localFiles: readonly CompiledFile[];
  /** What is wrong in an in-memory module, which is kept nevertheless. */
  readonly complaints: readonly Diagnostic[];
}

/** What the compiler does. It has a thread of its own, so all of this crosses as plain data. */
export interface CompilerService {
  /** `declarations` are those of the cells that ran. */
  compile(declarations: string, source: string): CompiledCell | { readonly diagnostics: readonly Diagnostic[] };
  /** The content of a `complete_reply`; `cursor` counts code units. */
  complete(declarations: string, source: string, cursor: number): object;
  /** The declaration and documentation of the name at `cursor`, as plain text and as Markdown. */
  inspect(declarations: string, source: string, cursor: number): MimeBundle | undefined;
  completeness(source: string): Completeness;
}
