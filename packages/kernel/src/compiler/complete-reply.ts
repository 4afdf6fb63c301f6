import { codePointOffset } from "../cursor.js";
import { type Completion, SOURCE_PREFIX } from "./tslab.js";

/**
 * The content of a `complete_reply`: what begins with the word at the cursor, else what contains it. JupyterLab shows
 * the kinds (function, property, ...) of the metadata.
 */
export function completeReply(code: string, completion: Completion): object {
  const { start, end, candidates, original } = withinString(code, completion);
  const word = code.slice(start, end).toLowerCase();
  const beginning = candidates.filter((name) => name.toLowerCase().startsWith(word));
  const matches = beginning.length > 0 ? beginning : candidates.filter((name) => name.toLowerCase().includes(word));
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

/** What TypeScript calls the parts of a module's name. */
const MODULE_KINDS = new Set(["script", "directory", "external module name"]);

/** In an import's string TypeScript says itself what its entries replace; where it does not, that is the word. */
function withinString(code: string, completion: Completion): Completion {
  const [entry] = completion.original?.entries ?? [];
  if (entry?.replacementSpan !== undefined) {
    const start = entry.replacementSpan.start - SOURCE_PREFIX.length;
    return { ...completion, start, end: start + entry.replacementSpan.length };
  }
  if (entry === undefined || !MODULE_KINDS.has(entry.kind)) return completion;
  const word = /[\w$]*$/.exec(code.slice(0, completion.start))![0];
  return { ...completion, start: completion.start - word.length };
}
