import { SourceMap, type SourceMapPayload } from "node:module";
import type { SourceMapChain } from "./compiler/source-maps.js";

/** A place in a source, both from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** Where a position of a running script is in what the user wrote, if it is in a cell or a compiled local file. */
export type SourceLocator = (
  script: string,
  position: SourcePosition,
) => (SourcePosition & { readonly script: string }) | undefined;

/** Follows a chain of source maps back; undefined where it leads nowhere. */
export function followSourceMaps(
  { maps, offset }: SourceMapChain,
  { line, column }: SourcePosition,
): SourcePosition | undefined {
  let position: SourcePosition | undefined = { line, column: line === 1 ? column - offset : column };
  for (const map of maps) position = position && lookUp(map, position);
  return position;
}

/** Maps that were read; stacks are made often and name few scripts. */
const read = new Map<string, SourceMap>();
const MOST_READ = 20;

function lookUp(text: string, { line, column }: SourcePosition): SourcePosition | undefined {
  const map = read.get(text) ?? new SourceMap(JSON.parse(text) as SourceMapPayload);
  if (read.size >= MOST_READ) read.clear();
  read.set(text, map);
  const entry = map.findEntry(line - 1, column - 1);
  return "originalLine" in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined;
}
