import { codePointOffset } from "../cursor.js";
import type { Completion } from "./tslab.js";

/**
 * The content of a `complete_reply`: what begins with the word at the cursor, else what contains it. JupyterLab shows
 * the kinds (function, property, ...) of the metadata.
 */
export function completeReply(code: string, { start, end, candidates, original }: Completion): object {
  const word = code.slice(start, end).toLowerCase();
  const beginning = candidates.filter((name) => name.toLowerCase().startsWith(word));
  const matches = beginning.length > 0 ? beginning : candidates;
  const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
  const range = { start: codePointOffset(code, start), end: codePointOffset(code, end) };
  const types = matches.map((text) => ({ text, type: kinds.get(text) ?? "", ...range }));
  return {
    status: "ok",
    matches,
    cursor_start: range.start,
    cursor_end: range.end,
    metadata: { _jupyter_types_experimental: types },
  };
}
