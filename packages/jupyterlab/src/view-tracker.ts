import type { Transport, ViewPayload } from "@rotoscope/viewer";

/** A viewer on the page, as the commands need it. */
export interface OpenView {
  readonly node: HTMLElement;
  readonly transport: Transport;
  /** What a static page of it holds; rejects with a sentence where there can be none. */
  payload(): Promise<ViewPayload>;
  /** The document that it is in. */
  path(): string;
}

/** The viewers on the page. */
export interface ViewTracker {
  /** Adds one; the function takes it away. */
  add(view: OpenView): () => void;
  /** The viewer that was used last, of those that are on show. */
  current(): OpenView | null;
}

/** No viewers yet. `onChange` is called when the current one may be another. */
export function viewTracker(onChange: () => void): ViewTracker {
  /** The one that was used last comes first. */
  let views: OpenView[] = [];

  return {
    add(view) {
      views = [...views, view];
      const use = (): void => {
        views = [view, ...views.filter((other) => other !== view)];
        onChange();
      };
      view.node.addEventListener("focusin", use);
      view.node.addEventListener("pointerdown", use);
      onChange();
      return () => {
        view.node.removeEventListener("focusin", use);
        view.node.removeEventListener("pointerdown", use);
        views = views.filter((other) => other !== view);
        onChange();
      };
    },
    current: () => views.find(({ node }) => node.isConnected && node.getClientRects().length > 0) ?? null,
  };
}
