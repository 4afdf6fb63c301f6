/** The colours that Plotly needs, resolved from the style sheet. */
export function themeColors(figure: HTMLElement): { readonly text: string; readonly line: string } {
  const style = getComputedStyle(figure);
  return { text: style.color, line: style.borderTopColor };
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
