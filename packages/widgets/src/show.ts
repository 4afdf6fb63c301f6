import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { VIEW_COMM_TARGET, VIEW_MIME_TYPE, type ViewDescription, type ViewRequest } from "@rotoscope/arrow";
import { drawPreview } from "./draw-preview.js";
import { encodePayload } from "./encode-payload.js";
import { keepView, keptView } from "./kept-views.js";
import { type JupyterKernel, jupyterKernel, type KernelWidget, type MimeBundle } from "./kernel-bridge.js";
import { summarise, summariseView } from "./summarise.js";
import { View } from "./view.js";
import { answer } from "./view-host.js";
import type { ShowOptions, Viewable } from "./viewable.js";

/** An output is at most 1 MB in a saved notebook; the PNG and the text need some of it. */
const PAYLOAD_BUDGET = 700_000;
const servedKernels = new WeakSet<JupyterKernel>();

/**
 * Shows a result, a volume, or a search that then is followed live, below the running cell. Displays at once and returns nothing.
 *
 * The output holds our own MIME type (for JupyterLab with the rotoscope extension), an anywidget (without it), a PNG and text. When a search ends its output
 * is replaced by the final one. Throws a `RotoscopeError`: `environment` outside of a notebook kernel, `shape` for maps that can't be shown.
 *
 * @example
 * const search = match({ target, template });
 * show(search);
 */
export function show(subject: Viewable, options: ShowOptions = {}): void {
  const kernel = jupyterKernel();
  serveComms(kernel);
  const id = randomUUID();
  const view = new View(subject, options);
  const widget = attachWidget(kernel, view);
  const bundle = (): MimeBundle => ({ ...describe(id, view), ...widget.mimeBundle });
  const marks = () => ({ displayId: id, metadata: { "image/png": { alt: pictureText(view.describe()) } } });
  kernel.display(bundle(), marks());
  keepView(id, view);
  view.onEvent((event) => {
    if (event.type === "changed" || event.type === "lost") kernel.updateDisplay(bundle(), marks());
  });
}

function describe(id: string, view: View): MimeBundle {
  const description = view.describe();
  const { maps } = view;
  return {
    [VIEW_MIME_TYPE]: encodePayload(id, description, maps, PAYLOAD_BUDGET),
    "image/png": Buffer.from(drawPreview(description, maps)).toString("base64"),
    "text/plain": maps.result ? summarise(maps.result) : summariseView(description),
  };
}

/** What nbconvert gives to those who can't see the picture. */
function pictureText({ title, maps, picks }: ViewDescription): string {
  const what = maps.includes("scores") ? "Best scores" : "Slices";
  const where = maps.includes("scores") ? "through the highest score" : "through the middle";
  return `${title ? `${title}: ` : ""}${what} in slices along z, y and x ${where}${picks.length > 0 ? `, ${picks.length} candidates` : ""}`;
}

function serveComms(kernel: JupyterKernel): void {
  if (servedKernels.has(kernel)) return;
  servedKernels.add(kernel);
  kernel.onComm(VIEW_COMM_TARGET, (comm, opening) => {
    const view = keptView(String(opening.data.id));
    if (!view) {
      comm.send({ type: "lost", message: "The kernel no longer holds this result: run the cell again." });
      comm.close();
      return;
    }
    const send = (message: object, buffers: readonly ArrayBufferView[] = []): void => comm.send(message, { buffers });
    const end = view.onEvent((event) => send(event));
    comm.onMessage(({ data }) => void answer(view, data as unknown as ViewRequest, send));
    comm.onClose(end);
  });
}

function attachWidget(kernel: JupyterKernel, view: View): KernelWidget {
  const widget = kernel.widget({ esm: viewerFile("anywidget-loader.js").toString() });
  const send = (message: object, buffers: readonly ArrayBufferView[] = []): void => widget.send(message, buffers);
  view.onEvent((event) => send(event));
  widget.onMessage((data) => {
    if (data.type === "viewer-source") send({ type: "viewer-source" }, [viewerFile("viewer.js")]);
    else void answer(view, data as unknown as ViewRequest, send);
  });
  return widget;
}

/** One of the viewer's built files. */
function viewerFile(name: string): Buffer {
  return readFileSync(fileURLToPath(import.meta.resolve(`@rotoscope/viewer/${name}`)));
}
