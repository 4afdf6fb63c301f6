import type { ViewPick } from "@rotoscope/arrow/messages";
import type { ElementMaker } from "./make-elements.js";
import { formatValue } from "./readout.js";
import type { Rotations } from "./rotations.js";
import { wholePosition } from "./whole-position.js";

/** The table of picks. Only the rows in sight are in the document, so that thousands cost no more than ten. */
export interface PicksTable {
  readonly element: HTMLElement;
  /** Takes other candidates. */
  setPicks(picks: readonly ViewPick[], rotations: Rotations, binning: number): void;
  /** Shows the first `count`, those in `removed` as removed, and `selected` as current. */
  show(count: number, removed: ReadonlySet<number>, selected: number | null): void;
}

/** What a table tells its owner. */
export interface PicksTableEvents {
  onSelect(index: number): void;
  onRemove(index: number, removed: boolean): void;
}

const ROW_HEIGHT = 26;
const COLUMNS = ["#", "z", "y", "x", "Score", "Rotation", "Rot", "Tilt", "Psi", ""] as const;

/** Rows are numbered from 1, best first. Up and Down move the selection, Delete removes or restores. */
export function picksTable({ make, button }: ElementMaker, { onSelect, onRemove }: PicksTableEvents): PicksTable {
  const body = make("tbody", "");
  const head = make("tr", "");
  head.setAttribute("aria-rowindex", "1");
  for (const name of COLUMNS) {
    const cell = make("th", "", name || "Remove");
    cell.scope = "col";
    if (!name) cell.className = "rotoscope-hidden-text";
    head.append(cell);
  }
  const table = make("table", "", make("thead", "", head), body);
  table.setAttribute("aria-label", "Picks");
  const element = make("div", "picks-table", table);
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Table of picks");
  let picks: readonly ViewPick[] = [];
  let rotations: Rotations | null = null;
  let binning = 1;
  let count = 0;
  let removed: ReadonlySet<number> = new Set();
  let selected: number | null = null;
  let shown = "";

  function render(): void {
    const visible = Math.ceil((element.clientHeight || 240) / ROW_HEIGHT);
    const first = Math.max(0, Math.min(count - visible, Math.floor(element.scrollTop / ROW_HEIGHT)));
    const last = Math.min(count, first + visible + 1);
    const now = `${first} ${last} ${count} ${selected} ${[...removed].join()}`;
    if (now === shown) return;
    shown = now;
    const focused = (element.ownerDocument.activeElement as HTMLElement | null)?.dataset?.pick;
    const rows: HTMLElement[] = [spacer(first)];
    for (let index = first; index < last; index++) rows.push(rowOf(index));
    rows.push(spacer(count - last));
    body.replaceChildren(...rows);
    table.setAttribute("aria-rowcount", String(count + 1));
    if (focused !== undefined) body.querySelector<HTMLElement>(`button[data-pick="${focused}"]`)?.focus();
  }

  function spacer(rows: number): HTMLElement {
    const row = make("tr", "");
    row.setAttribute("aria-hidden", "true");
    row.style.height = `${rows * ROW_HEIGHT}px`;
    row.hidden = rows === 0;
    return row;
  }

  function rowOf(index: number): HTMLElement {
    const { position, score, rotation } = picks[index]!;
    const angles = rotations?.angles(rotation)?.map((angle) => angle.toFixed(1)) ?? ["", "", ""];
    const whole = wholePosition(position, binning).map((value) => String(Number(value.toFixed(1))));
    const texts = [
      String(index + 1),
      ...whole,
      formatValue(score),
      rotation < 0 ? "none" : String(rotation),
      ...angles,
    ];
    const isRemoved = removed.has(index);
    const row = make("tr", isRemoved ? "removed" : "", ...texts.map((text) => make("td", "", text)));
    const change = button(`${isRemoved ? "Restore" : "Remove"} pick ${index + 1}`, isRemoved ? "↺" : "×");
    change.dataset.pick = String(index);
    change.addEventListener("click", (event) => {
      event.stopPropagation();
      onRemove(index, !isRemoved);
    });
    row.append(make("td", "", change));
    row.setAttribute("aria-rowindex", String(index + 2));
    if (index === selected) row.setAttribute("aria-current", "true");
    row.addEventListener("click", () => onSelect(index));
    return row;
  }

  function select(index: number): void {
    const next = Math.min(count - 1, Math.max(0, index));
    if (count === 0) return;
    onSelect(next);
    const top = next * ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + 2 * ROW_HEIGHT > element.scrollTop + element.clientHeight)
      element.scrollTop = top + 2 * ROW_HEIGHT - element.clientHeight;
    render();
  }

  element.addEventListener("scroll", render);
  element.addEventListener("keydown", (event) => {
    if (event.target !== element) return;
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const move = moves[event.key];
    if (move !== undefined) select(selected === null ? 0 : selected + move);
    else if (event.key === "Home") select(0);
    else if (event.key === "End") select(count - 1);
    else if (event.key === "Delete" && selected !== null) onRemove(selected, !removed.has(selected));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element,
    setPicks(next, nextRotations, nextBinning) {
      picks = next;
      rotations = nextRotations;
      binning = nextBinning;
      shown = "";
      element.scrollTop = 0;
    },
    show(nextCount, nextRemoved, nextSelected) {
      count = nextCount;
      removed = nextRemoved;
      selected = nextSelected;
      render();
    },
  };
}
