import type { JupyterKernel } from "../bridge.js";
import { createDisplay } from "./display.js";

/** What a progress bar says beside its count. */
export interface ProgressOptions {
  readonly label?: string;
}

/** A progress bar that counts to a total. */
export interface ProgressBar {
  /** Sets how much is done. */
  update(done: number): void;
}

/** The global `progress` of cells. */
export interface Progress {
  /** A bar that counts to `total`. */
  (total: number, options?: ProgressOptions): ProgressBar;
  /** Goes through `items` and shows how far it is. */
  <T>(items: Iterable<T>, options?: ProgressOptions): Iterable<T>;
}

const REDRAW_MILLISECONDS = 100;

/** Makes the global `progress`. The bar is redrawn at most ten times a second. */
export function createProgress(kernel: JupyterKernel): Progress {
  const display = createDisplay(kernel);
  const bar = (total: number, label = ""): ProgressBar => {
    const start = Date.now();
    const handle = display(barBundle({ label, done: 0, total, seconds: 0 }));
    let drawnAt = start;
    return {
      update: (done) => {
        const now = Date.now();
        if (done < total && now - drawnAt < REDRAW_MILLISECONDS) return;
        drawnAt = now;
        handle.update(barBundle({ label, done, total, seconds: (now - start) / 1000 }));
      },
    };
  };
  function* through<T>(items: readonly T[], label?: string): Generator<T> {
    const counter = bar(items.length, label);
    for (const [index, item] of items.entries()) {
      yield item;
      counter.update(index + 1);
    }
  }
  return ((items: number | Iterable<unknown>, { label }: ProgressOptions = {}) =>
    typeof items === "number" ? bar(items, label) : through([...items], label)) as Progress;
}

const TEXT_CELLS = 30;

function barBundle(state: { label: string; done: number; total: number; seconds: number }): Record<string, string> {
  const { label, done, total, seconds } = state;
  const fraction = total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
  const filled = Math.round(fraction * TEXT_CELLS);
  const rate = seconds > 0 && done > 0 ? `, ${formatRate(done / seconds)}/s, ${timeLeft(state)}` : "";
  const text = `${done}/${total} (${Math.round(fraction * 100)} %${rate})`;
  const prefix = label === "" ? "" : `${label} `;
  return {
    "text/html": `${escapeHtml(prefix)}<progress value="${fraction}" aria-label="${escapeHtml(label || "progress")}"></progress> ${text}`,
    "text/plain": `${prefix}[${"#".repeat(filled)}${" ".repeat(TEXT_CELLS - filled)}] ${text}`,
  };
}

function timeLeft({ done, total, seconds }: { done: number; total: number; seconds: number }): string {
  return done >= total ? `${seconds.toFixed(1)} s` : `${(((total - done) * seconds) / done).toFixed(1)} s left`;
}

function formatRate(rate: number): string {
  return rate >= 100 ? String(Math.round(rate)) : rate.toPrecision(2);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
