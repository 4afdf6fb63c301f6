import type { MessageChannel } from "./message-transport.js";

type ViewerModule = typeof import("./index.js");

interface WidgetModel {
  send(content: object): void;
  on(event: "msg:custom", handler: (content: { type?: string }, buffers: readonly DataView[]) => void): void;
  off(event: "msg:custom", handler: (content: { type?: string }, buffers: readonly DataView[]) => void): void;
}

const VIEWER = Symbol.for("rotoscope.viewer");
const page = globalThis as { [VIEWER]?: Promise<ViewerModule> };

/** An anywidget: gets the viewer's file from the kernel, once a page, and mounts it with custom messages as transport. */
export default {
  async render({ model, el }: { model: WidgetModel; el: HTMLElement }): Promise<() => void> {
    page[VIEWER] ??= loadViewer(model);
    let viewerModule: ViewerModule;
    try {
      viewerModule = await page[VIEWER];
    } catch (error) {
      delete page[VIEWER];
      el.textContent = (error as Error).message;
      return () => {};
    }
    const { mount, messageTransport } = viewerModule;
    let stopListening = () => {};
    const channel: MessageChannel = {
      send(request) {
        try {
          model.send(request);
        } catch {
          throw new Error("The kernel was restarted or has ended: run the cell again.");
        }
      },
      onMessage(handler) {
        model.on("msg:custom", handler);
        stopListening = () => model.off("msg:custom", handler);
      },
    };
    const viewer = mount(el, messageTransport(channel));
    return () => {
      viewer.destroy();
      stopListening();
    };
  },
};

function loadViewer(model: WidgetModel): Promise<ViewerModule> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      model.off("msg:custom", receive);
      reject(new Error("The kernel doesn't answer: run the cell again to see this view."));
    }, 15_000);
    function receive(content: { type?: string }, buffers: readonly DataView[]): void {
      if (content.type !== "viewer-source") return;
      clearTimeout(timer);
      model.off("msg:custom", receive);
      const url = URL.createObjectURL(
        new Blob([new Uint8Array(buffers[0]!.buffer, buffers[0]!.byteOffset, buffers[0]!.byteLength) as BlobPart], {
          type: "text/javascript",
        }),
      );
      import(url).then(resolve, reject).finally(() => URL.revokeObjectURL(url));
    }
    model.on("msg:custom", receive);
    model.send({ type: "viewer-source" });
  });
}
