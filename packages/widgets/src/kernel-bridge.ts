import { RotoscopeError } from "@rotoscope/core";

/** A MIME bundle: MIME type to data (text, JSON, or base64 for binary types). */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** A message on a comm. `buffers` are copies that belong to the receiver. */
export interface CommMessage {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** One end of a comm. */
export interface Comm {
  readonly id: string;
  readonly targetName: string;
  /** Buffers are copied before this returns. */
  send(data: object, options?: { metadata?: object; buffers?: readonly ArrayBufferView[] }): void;
  close(data?: object): void;
  onMessage(handler: (message: CommMessage) => void): void;
  onClose(handler: (message: CommMessage) => void): void;
}

/** An anywidget that lives in the kernel. */
export interface KernelWidget {
  readonly modelId: string;
  /** `application/vnd.jupyter.widget-view+json` of this widget, to be put into a bundle. */
  readonly mimeBundle: MimeBundle;
  get(name: string): unknown;
  set(state: object): void;
  /** A custom message to the front end. */
  send(data: object, buffers?: readonly ArrayBufferView[]): void;
  /** Custom messages from the front end. */
  onMessage(handler: (data: Readonly<Record<string, unknown>>, buffers: readonly Uint8Array[]) => void): void;
  /** State that the front end changed. */
  onChange(handler: (changed: Readonly<Record<string, unknown>>) => void): void;
  close(): void;
}

/** What the kernel gives to libraries that run in it, under `globalThis[Symbol.for("jupyter.kernel")]`. */
export interface JupyterKernel {
  display(data: MimeBundle, options?: { displayId?: string; metadata?: object }): void;
  updateDisplay(data: MimeBundle, options: { displayId: string; metadata?: object }): void;
  /** Opens a comm to the front end. */
  openComm(
    targetName: string,
    options?: { data?: object; metadata?: object; buffers?: readonly ArrayBufferView[] },
  ): Comm;
  /** Called for each comm that the front end opens to `targetName`; returns a function that ends it. */
  onComm(targetName: string, handler: (comm: Comm, message: CommMessage) => void): () => void;
  /** An anywidget: `esm` is its module's source. */
  widget(options: { esm: string; css?: string; state?: object }): KernelWidget;
  /**
   * Names work that goes on after the running cell. The cell's reply doesn't wait for it, except to a client that takes no input (one that executes
   * notebooks in a batch), which would otherwise miss what it displays.
   */
  waitUntil(work: Promise<unknown>): void;
  /** Aborted when the user interrupts the running cell (or, between cells, at the next interrupt); a new one for each cell. */
  readonly interruptSignal: AbortSignal;
}

/** The kernel this code runs in. Throws a `RotoscopeError` (`environment`) elsewhere. */
export function jupyterKernel(): JupyterKernel {
  const kernel = (globalThis as { [BRIDGE]?: JupyterKernel })[BRIDGE];
  if (!kernel)
    throw new RotoscopeError(
      "environment",
      'show: not in a notebook; choose the kernel "TypeScript (rotoscope)", or write a page with `rotoscope view`',
    );
  return kernel;
}

const BRIDGE: unique symbol = Symbol.for("jupyter.kernel") as typeof BRIDGE;
