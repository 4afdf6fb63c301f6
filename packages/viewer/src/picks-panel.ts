import type { PickChoice, PickFormat, ViewDescription } from "@rotoscope/arrow/messages";
import type { AskHost } from "./ask-host.js";
import type { ElementMaker } from "./make-elements.js";
import { picksTable } from "./picks-table.js";
import type { Rotations } from "./rotations.js";
import { saveFile } from "./save-file.js";
import type { Histogram } from "./score-histogram.js";
import { countAbove } from "./taken-picks.js";
import { thresholdControl } from "./threshold-control.js";

/** Picks that follow the threshold: histogram, table, and files of them. */
export interface PicksPanel {
  readonly element: HTMLElement;
  describe(description: ViewDescription, rotations: Rotations, histogram: Histogram | null): void;
  /** Marks a pick in the table and the slices; null = none. */
  select(index: number | null): void;
  /** Draws anew after a change of theme or size. */
  redraw(): void;
  destroy(): void;
}

/** What a panel tells its owner. */
export interface PicksPanelEvents {
  /** The first `count` candidates are at or above the threshold. */
  onChoice(count: number, removed: ReadonlySet<number>, selected: number | null): void;
  /** Go to that candidate. */
  onSelect(index: number): void;
}

const KEEP_AFTER_MS = 150;

/** `ask` reaches the host, which keeps the choice if it can; elsewhere the page warns before it closes with a choice that isn't in a file. */
export function picksPanel(maker: ElementMaker, ask: AskHost, { onChoice, onSelect }: PicksPanelEvents): PicksPanel {
  const { make, button } = maker;
  let description: ViewDescription | null = null;
  let threshold = 0;
  let removed = new Set<number>();
  let selected: number | null = null;
  let unsaved = false;
  let keepTimer: ReturnType<typeof setTimeout> | undefined;

  const control = thresholdControl(maker, (next) => {
    threshold = next;
    change();
  });
  const table = picksTable(maker, {
    onSelect(index) {
      select(index);
      onSelect(index);
    },
    onRemove(index, isRemoved) {
      removed = new Set(removed);
      if (isRemoved) removed.add(index);
      else removed.delete(index);
      change();
    },
  });
  const count = make("span", "");
  const restore = button("Restore all");
  const name = make("input", "name");
  name.type = "text";
  name.setAttribute("aria-label", "File name");
  const star = button("Write STAR");
  const arrow = button("Write Arrow");
  const written = make("span", "muted");
  written.setAttribute("aria-live", "polite");
  const heading = make("h3", "", "Picks");
  const element = make(
    "section",
    "panel",
    make("div", "bar", heading, count, restore),
    control.element,
    table.element,
    make("div", "bar", name, star, arrow, written),
  );
  element.setAttribute("aria-label", "Picks");

  const choice = (): PickChoice => ({ threshold, removed: [...removed].sort((a, b) => a - b) });

  function show(): void {
    if (!description) return;
    const above = countAbove(description.picks, threshold);
    let gone = 0;
    for (const index of removed) if (index < above) gone++;
    count.textContent = `${above - gone} of ${description.picks.length}${gone > 0 ? `, ${gone} removed` : ""}`;
    restore.hidden = removed.size === 0;
    control.show(threshold);
    table.show(above, removed, selected);
    onChoice(above, removed, selected);
  }

  function change(): void {
    unsaved = true;
    written.textContent = "";
    show();
    clearTimeout(keepTimer);
    keepTimer = setTimeout(() => void ask({ type: "choose", choice: choice() }), KEEP_AFTER_MS);
  }

  function select(index: number | null): void {
    if (index === selected) return;
    selected = index;
    show();
  }

  async function write(format: PickFormat): Promise<void> {
    clearTimeout(keepTimer);
    const file = `${name.value.trim().replace(/\.(star|arrow)$/, "") || "picks"}.${format}`;
    const answer = await ask({ type: "write-picks", choice: choice(), format, name: file });
    if (answer?.reply.type !== "picks-written") return;
    const { path, count: taken } = answer.reply;
    const [bytes] = answer.buffers;
    if (path === null && bytes) saveFile(element.ownerDocument, file, bytes);
    unsaved = false;
    written.textContent = `${taken} pick${taken === 1 ? "" : "s"} ${path === null ? "saved as" : "written to"} ${path ?? file}`;
  }

  function warn(event: BeforeUnloadEvent): void {
    if (unsaved && description && !description.keepsChoice) event.preventDefault();
  }

  restore.addEventListener("click", () => {
    removed = new Set();
    change();
  });
  star.addEventListener("click", () => void write("star"));
  arrow.addEventListener("click", () => void write("arrow"));
  const view = element.ownerDocument.defaultView;
  view?.addEventListener("beforeunload", warn);

  return {
    element,
    describe(next, rotations, histogram) {
      const isOther = description?.picks !== next.picks;
      description = next;
      element.hidden = next.picks.length === 0 && histogram === null;
      if (!unsaved) {
        threshold = next.choice.threshold;
        removed = new Set(next.choice.removed);
      }
      if (!name.value) name.value = (next.title || "picks").replace(/\.arrow$/, "").replace(/[^\w.-]+/g, "_");
      if (isOther) {
        selected = null;
        table.setPicks(next.picks, rotations, next.binning);
      }
      control.describe(next, histogram);
      show();
    },
    select,
    redraw: () => control.redraw(),
    destroy() {
      clearTimeout(keepTimer);
      view?.removeEventListener("beforeunload", warn);
    },
  };
}
