import type { Comm, CommMessage, JupyterKernel, KernelWidget, MimeBundle } from "@rotoscope/widgets";

const BRIDGE = Symbol.for("jupyter.kernel");

interface Sent {
  readonly data: object;
  readonly buffers: readonly Uint8Array[];
}

/** The front end's end of a comm. */
export interface FrontEndComm {
  readonly sent: Sent[];
  closed: boolean;
  receive(data: Record<string, unknown>): void;
}

/** Records what a library displays and sends, in the place of a kernel; the real one is tested in test/notebooks. */
export class FakeKernel implements JupyterKernel {
  readonly displays: MimeBundle[] = [];
  readonly widgets: { esm: string; sent: Sent[]; receive(data: Record<string, unknown>): void }[] = [];
  readonly interruptSignal: AbortSignal = new AbortController().signal;
  readonly #targets = new Map<string, (comm: Comm, message: CommMessage) => void>();

  constructor() {
    Object.assign(globalThis, { [BRIDGE]: this });
  }

  remove(): void {
    delete (globalThis as { [BRIDGE]?: unknown })[BRIDGE];
  }

  display(data: MimeBundle): void {
    this.displays.push(data);
  }

  updateDisplay(data: MimeBundle): void {
    this.displays.push(data);
  }

  readonly work: Promise<unknown>[] = [];
  waitUntil(work: Promise<unknown>): void {
    this.work.push(work);
  }

  openComm(): Comm {
    throw new Error("the widgets open no comm of their own");
  }

  onComm(targetName: string, handler: (comm: Comm, message: CommMessage) => void): () => void {
    this.#targets.set(targetName, handler);
    return () => this.#targets.delete(targetName);
  }

  /** Opens a comm as JupyterLab's renderer does. */
  openFrontEnd(data: Record<string, unknown>): FrontEndComm {
    const handlers: ((message: CommMessage) => void)[] = [];
    const frontEnd: FrontEndComm = {
      sent: [],
      closed: false,
      receive: (message) => {
        for (const handler of handlers) handler({ data: message, metadata: {}, buffers: [] });
      },
    };
    const comm: Comm = {
      id: "comm",
      targetName: "rotoscope.view",
      send: (message, options) => void frontEnd.sent.push({ data: message, buffers: bytesOf(options?.buffers ?? []) }),
      close: () => {
        frontEnd.closed = true;
      },
      onMessage: (handler) => void handlers.push(handler),
      onClose: () => {},
    };
    this.#targets.get("rotoscope.view")!(comm, { data, metadata: {}, buffers: [] });
    return frontEnd;
  }

  widget({ esm }: { esm: string }): KernelWidget {
    const handlers: ((data: Record<string, unknown>, buffers: readonly Uint8Array[]) => void)[] = [];
    const sent: Sent[] = [];
    const receive = (data: Record<string, unknown>): void => {
      for (const handler of handlers) handler(data, []);
    };
    this.widgets.push({ esm, sent, receive });
    return {
      modelId: "model",
      mimeBundle: { "application/vnd.jupyter.widget-view+json": { model_id: "model" } },
      get: () => undefined,
      set: () => {},
      send: (data, buffers = []) => void sent.push({ data, buffers: bytesOf(buffers) }),
      onMessage: (handler) => void handlers.push(handler),
      onChange: () => {},
      close: () => {},
    };
  }
}

function bytesOf(buffers: readonly ArrayBufferView[]): Uint8Array[] {
  return buffers.map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice());
}
