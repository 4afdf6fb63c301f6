import type { CoarseCopy } from "./coarse-copy.js";
import type { SlicedFile } from "./sliced-file.js";

/** How the reading of a result's history stands: none, under way, done, or why it can't be had. */
export type HistoryState = "none" | "reading" | "there" | { readonly trouble: string };

/** What the viewer says of a file: how coarse it is on show, what is still being read, what is missing. */
export function fileNotes(
  { shape, result, readRow }: SlicedFile,
  copy: CoarseCopy,
  trouble: string | null,
  history: HistoryState,
): string[] {
  const found: string[] = [];
  if (trouble) found.push(`Slices along y and x are incomplete. ${trouble}`);
  else if (copy.progress < 1 && shape[0] > 1)
    found.push(`Reading for the slices along y and x: ${Math.floor(100 * copy.progress)} %.`);
  if (copy.every > 1) {
    const rows = readRow ? "; y becomes exact where the slider rests" : "";
    found.push(`z is exact. y and x are coarse: from every ${ordinal(copy.every)} plane${rows}.`);
  }
  if (result && copy.every > 1)
    found.push("Picks and steps need the whole result in memory: open it in a notebook, with readArrow and show.");
  if (history === "reading") found.push(`Reading its history, ${result?.history?.file}: steps before the last follow.`);
  else if (typeof history === "object") found.push(`Its history can't be had: ${history.trouble}`);
  return found;
}

function ordinal(count: number): string {
  const ending =
    count % 10 > 3 || Math.floor((count % 100) / 10) === 1 ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th");
  return `${count}${ending}`;
}
