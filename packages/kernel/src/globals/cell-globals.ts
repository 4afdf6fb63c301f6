import type { JupyterKernel, KernelWidget, WidgetOptions } from "../bridge.js";
import { createDisplay, type Display } from "./display.js";
import { createProgress, type Progress } from "./progress.js";

/** Asks the user for a line of text. Rejects where the front end takes no input, and when the cell is interrupted. */
export type Input = (prompt?: string, options?: { password?: boolean }) => Promise<string>;

/** Empties the cell's output; with `wait` not before the next output comes. */
export type ClearOutput = (options?: { wait?: boolean }) => void;

/** Makes an anywidget that lives in the kernel; it shows as a cell's last expression, or through `display`. */
export type MakeWidget = (options: WidgetOptions) => KernelWidget;

declare global {
  /** Shows a value at once, and as HTML, Markdown, an image or a figure through its methods. */
  var display: Display;
  /** A progress bar that updates in place: `for (const item of progress(items))`, or `progress(total).update(done)`. */
  var progress: Progress;
  /** Asks the user for a line of text. */
  var input: Input;
  /** Empties the cell's output; with `wait` not before the next output comes. */
  var clearOutput: ClearOutput;
  /** Makes an anywidget that lives in the kernel; it shows as a cell's last expression, or through `display`. */
  var widget: MakeWidget;
}

/** Puts the globals of cells where cells find them. */
export function installCellGlobals(kernel: JupyterKernel, more: { input: Input; clearOutput: ClearOutput }): void {
  const { widget } = kernel;
  const globals = { display: createDisplay(kernel), progress: createProgress(kernel), widget, ...more };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
}
