import type ts from "typescript";

/** The content of an `is_complete_reply`. */
export type Completeness =
  | { readonly status: "complete" }
  | { readonly status: "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

/** Unterminated comments, template literals and regular expressions. */
const UNTERMINATED_CODES = new Set([1010, 1160]);

/**
 * Whether code could be run as it is, waits for more, or can't become right by more: it waits when the parser's first
 * complaint is that something is missing at the very end.
 */
export function codeCompleteness(typescript: typeof ts, code: string): Completeness {
  const file = typescript.createSourceFile("cell.ts", `export {};${code}`, typescript.ScriptTarget.Latest, false);
  const first = (file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics[0];
  if (first === undefined) return { status: "complete" };
  const waits = UNTERMINATED_CODES.has(first.code) || (first.start ?? 0) >= file.text.trimEnd().length;
  return waits ? { status: "incomplete", indent: nextIndent(code) } : { status: "invalid" };
}

/** The last line's indentation, two spaces more after an opening bracket. */
function nextIndent(code: string): string {
  const line = code.slice(code.lastIndexOf("\n") + 1);
  const indent = /^\s*/.exec(line)![0];
  return /[{([]\s*$/.test(line) ? `${indent}  ` : indent;
}
