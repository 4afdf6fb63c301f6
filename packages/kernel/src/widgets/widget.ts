import { createHash } from "node:crypto";
import type { Comm, KernelWidget, WidgetOptions } from "../bridge.js";
import type { Comms } from "../comms.js";
import { type BufferPath, joinBuffers, splitBuffers } from "./buffer-paths.js";

/** The comm target of the widget protocol. */
export const WIDGET_TARGET = "jupyter.widget";
/** The version of the widget protocol that each opening message names. */
export const WIDGET_PROTOCOL = { version: "2.1.0" };

/** A model whose comm is open: what a front end that starts anew asks for. */
export interface WidgetModel {
  readonly id: string;
  readonly state: Record<string, unknown>;
}

const LAYOUT_STATE = {
  _model_module: "@jupyter-widgets/base",
  _model_module_version: "2.0.0",
  _model_name: "LayoutModel",
  _view_module: "@jupyter-widgets/base",
  _view_module_version: "2.0.0",
  _view_name: "LayoutView",
};

const ANYWIDGET_STATE = {
  _model_module: "anywidget",
  _model_module_version: "~0.11.*",
  _model_name: "AnyModel",
  _view_module: "anywidget",
  _view_module_version: "~0.11.*",
  _view_name: "AnyView",
  _view_count: null,
  _dom_classes: [],
  tabbable: null,
  tooltip: null,
};

/** Creates an anywidget and its layout in the front end; `models` holds what is open. */
export function createWidget(comms: Comms, models: Map<string, WidgetModel>, options: WidgetOptions): KernelWidget {
  const layout = openModel(comms, models, { ...LAYOUT_STATE });
  const state: Record<string, unknown> = {
    ...ANYWIDGET_STATE,
    layout: `IPY_MODEL_${layout.id}`,
    _anywidget_id: sourceId(options),
    _esm: options.esm,
    ...(options.css === undefined ? {} : { _css: options.css }),
    ...options.state,
  };
  const comm = openModel(comms, models, state);
  const messageHandlers: Parameters<KernelWidget["onMessage"]>[0][] = [];
  const changeHandlers: Parameters<KernelWidget["onChange"]>[0][] = [];

  comm.onMessage(({ data, buffers }) => {
    if (data.method === "custom") {
      const content = (data.content ?? {}) as Record<string, unknown>;
      for (const handler of messageHandlers) handler(content, buffers);
    } else if (data.method === "update") {
      const paths = (data.buffer_paths ?? []) as BufferPath[];
      const changed = joinBuffers((data.state ?? {}) as Record<string, unknown>, paths, buffers);
      Object.assign(state, changed);
      sendState(comm, "echo_update", changed);
      for (const handler of changeHandlers) handler(changed);
    }
  });
  const forget = (): void => {
    models.delete(comm.id);
    models.delete(layout.id);
  };
  comm.onClose(() => {
    forget();
    layout.close();
  });

  const mimeBundle = {
    "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: comm.id },
  };
  const widget: KernelWidget = {
    modelId: comm.id,
    mimeBundle,
    get: (name) => state[name],
    set: (changed) => {
      Object.assign(state, changed);
      sendState(comm, "update", changed);
    },
    send: (data, buffers = []) => comm.send({ method: "custom", content: data }, { buffers }),
    onMessage: (handler) => {
      messageHandlers.push(handler);
    },
    onChange: (handler) => {
      changeHandlers.push(handler);
    },
    close: () => {
      forget();
      comm.close();
      layout.close();
    },
  };
  const display = (): object => ({ ...mimeBundle, "text/plain": `[widget ${comm.id}]` });
  return Object.assign(widget, { [Symbol.for("Jupyter.display")]: display });
}

function openModel(comms: Comms, models: Map<string, WidgetModel>, state: Record<string, unknown>): Comm {
  const { state: plain, bufferPaths, buffers } = splitBuffers(state);
  const comm = comms.open(WIDGET_TARGET, {
    data: { state: plain, buffer_paths: bufferPaths },
    metadata: WIDGET_PROTOCOL,
    buffers,
  });
  models.set(comm.id, { id: comm.id, state });
  comm.onMessage(({ data: { method } }) => {
    if (method !== "request_state") return;
    const split = splitBuffers(state);
    comms.answer(comm, { method: "update", state: split.state, buffer_paths: split.bufferPaths }, split.buffers);
  });
  return comm;
}

function sendState(comm: Comm, method: "update" | "echo_update", state: object): void {
  const { state: plain, bufferPaths, buffers } = splitBuffers(state);
  comm.send({ method, state: plain, buffer_paths: bufferPaths }, { buffers });
}

/** anywidget replaces the style of widgets with the same id: the same source has the same one. */
function sourceId({ esm, css = "" }: WidgetOptions): string {
  return `kernel.${createHash("sha256")
    .update(JSON.stringify([esm, css]))
    .digest("hex")
    .slice(0, 16)}`;
}
