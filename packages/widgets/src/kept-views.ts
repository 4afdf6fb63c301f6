import type { View } from "./view.js";

/** Views beyond that number are let go, oldest first: their outputs fall back to what the notebook holds. */
const VIEWS_KEPT = 12;

const views = new Map<string, View>();

/** Keeps a view under its id. */
export function keepView(id: string, view: View): void {
  views.set(id, view);
  for (const oldest of views.keys()) {
    if (views.size <= VIEWS_KEPT) return;
    views.delete(oldest);
  }
}

/** The view of that id; undefined when it was let go, or is another kernel's. */
export function keptView(id: string): View | undefined {
  return views.get(id);
}

/** The views that are kept, latest first. */
export function keptViews(): View[] {
  return [...views.values()].reverse();
}
