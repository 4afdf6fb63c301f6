/** The colours that Plotly needs, resolved from the style sheet. */
export function themeColors(figure: HTMLElement): {
  readonly text: string;
  readonly line: string;
  readonly page: string;
} {
  const style = getComputedStyle(figure);
  return { text: style.color, line: style.borderTopColor, page: pageColor(figure) };
}

/** The colours of what is drawn into a canvas of the class `rotoscope-ink`, as the style sheet has them in this theme. */
export interface Ink {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
}

/** A custom property's own value isn't resolved, so the class puts them into properties that a canvas has no use for. */
export function inkOf(canvas: HTMLCanvasElement): Ink {
  const { color, borderTopColor, outlineColor, caretColor } = getComputedStyle(canvas);
  return { text: color, muted: borderTopColor, line: outlineColor, accent: caretColor };
}

/** The first background that isn't transparent, from the figure outwards. */
function pageColor(figure: HTMLElement): string {
  for (let element: HTMLElement | null = figure; element; element = element.parentElement) {
    const { backgroundColor } = getComputedStyle(element);
    if (!/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor)) return backgroundColor;
  }
  return "#fff";
}

/** Calls `handler` when the browser's preference or JupyterLab's theme changes; returns a function that ends it. */
export function onThemeChange(document: Document, handler: () => void): () => void {
  const preference = matchMedia("(prefers-color-scheme: dark)");
  const labTheme = new MutationObserver(handler);
  labTheme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  preference.addEventListener("change", handler);
  return () => {
    labTheme.disconnect();
    preference.removeEventListener("change", handler);
  };
}
