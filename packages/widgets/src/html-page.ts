import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { atOnce } from "@rotoscope/core";
import { renderPage } from "@rotoscope/viewer/page";
import { encodePayload } from "./encode-payload.js";
import { View } from "./view.js";
import type { ShowOptions, ViewableResult } from "./viewable.js";

/** A page with viewer and data is at most 6 MB; the viewer takes about 1.6 of it. */
const PAGE_BUDGET = 4_200_000;

/**
 * One HTML file that shows `result` without kernel, server or network.
 *
 * Maps are at 8 and 16 bits, the history within a budget; the page says what was left out. Throws a `RotoscopeError` (`shape`) for maps that can't be shown.
 */
export function htmlPage(result: ViewableResult, options: ShowOptions = {}): string {
  const view = new View(result, options);
  const payload = atOnce(encodePayload("page", view.describeNow(), view.maps, PAGE_BUDGET));
  const script = readFileSync(fileURLToPath(import.meta.resolve("@rotoscope/viewer/standalone.js")), "utf8");
  return renderPage({ title: options.title ?? "rotoscope", payload, script });
}
