import { randomUUID } from "node:crypto";
import type { JupyterKernel } from "../bridge.js";
import { isMimeBundle, type MimeBundle, mimeBundleOf } from "../mime-bundle.js";

/** An output that can be replaced in place. */
export interface DisplayHandle {
  readonly displayId: string;
  /** Shows `value` instead. */
  update(value: unknown): void;
}

/** The global `display` of cells. */
export interface Display {
  /**
   * Shows a value at once: a MIME bundle (an object whose keys are all MIME types; byte arrays are sent as base64), a
   * value with a method `Symbol.for("Jupyter.display")`, or anything else as text.
   */
  (value: unknown, options?: { displayId?: string; metadata?: object }): DisplayHandle;
  html(markup: string): DisplayHandle;
  markdown(text: string): DisplayHandle;
  latex(text: string): DisplayHandle;
  svg(markup: string): DisplayHandle;
  /** The bytes of a PNG file. */
  png(bytes: Uint8Array): DisplayHandle;
  /** The bytes of a JPEG file. */
  jpeg(bytes: Uint8Array): DisplayHandle;
  /** A tree that can be opened and closed. */
  json(value: unknown): DisplayHandle;
  /** A figure as Plotly takes it: `{ data, layout }`. */
  plotly(figure: { data: readonly object[]; layout?: object; config?: object }): DisplayHandle;
}

/** Makes the global `display`, which shows through the bridge. */
export function createDisplay(kernel: JupyterKernel): Display {
  const display = (value: unknown, options: { displayId?: string; metadata?: object } = {}): DisplayHandle => {
    const displayId = options.displayId ?? randomUUID();
    withBundle(value, (bundle) => kernel.display(bundle, { ...options, displayId }));
    return {
      displayId,
      update: (next) => withBundle(next, (bundle) => kernel.updateDisplay(bundle, { ...options, displayId })),
      // As a cell's last expression the handle itself shows nothing.
      [Symbol.for("Jupyter.display")]: () => undefined,
    } as DisplayHandle;
  };
  return Object.assign(display, {
    html: (markup: string) => display({ "text/html": markup }),
    markdown: (text: string) => display({ "text/markdown": text }),
    latex: (text: string) => display({ "text/latex": text }),
    svg: (markup: string) => display({ "image/svg+xml": markup }),
    png: (bytes: Uint8Array) => display({ "image/png": bytes }),
    jpeg: (bytes: Uint8Array) => display({ "image/jpeg": bytes }),
    json: (value: unknown) => display({ "application/json": value }),
    plotly: (figure: object) => display({ "application/vnd.plotly.v1+json": figure }),
  });
}

function withBundle(value: unknown, show: (bundle: MimeBundle) => void): void {
  const bundle = isMimeBundle(value) ? value : mimeBundleOf(value);
  if (bundle instanceof Promise) bundle.then((resolved) => resolved && show(resolved)).catch(console.error);
  else if (bundle !== undefined) show(bundle);
}
