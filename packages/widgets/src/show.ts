import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  VIEW_COMM_TARGET,
  VIEW_MIME_TYPE,
  type ViewDescription,
  type ViewPayload,
  type ViewRequest,
} from "@rotoscope/arrow";
import { atOnce, type Pausable } from "@rotoscope/core";
import { drawPreview } from "./draw-preview.js";
import { encodePayload, type ViewMaps } from "./encode-payload.js";
import { highestVoxel } from "./highest-voxel.js";
import { inTurns } from "./in-turns.js";
import { keepView, keptView } from "./kept-views.js";
import { type JupyterKernel, jupyterKernel, type KernelWidget, type MimeBundle } from "./kernel-bridge.js";
import { summariseBest, summariseView } from "./summarise.js";
import { View } from "./view.js";
import { answer } from "./view-host.js";
import type { ShowOptions, Viewable } from "./viewable.js";

/** An output is at most 1 MB in a saved notebook; the PNG and the text need some of it. */
const PAYLOAD_BUDGET = 700_000;
const servedKernels = new WeakSet<JupyterKernel>();

/**
 * Shows a result, a volume, or a search that then is followed live, below the running cell. Displays at once and returns nothing.
 *
 * The output holds our own MIME type (for JupyterLab with the rotoscope extension), an anywidget (without it), a PNG and text; of large maps, what a saved notebook
 * needs follows within seconds, while the kernel goes on. When a search ends its output is replaced by the final one. Throws a `RotoscopeError`: `environment` outside of a notebook kernel, `shape` for maps that can't be shown.
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
  let isDisplayed = false;

  function put({ bundle, alt }: Output): void {
    const data = { ...bundle, ...widget.mimeBundle };
    const marks = { displayId: id, metadata: "image/png" in bundle ? { "image/png": { alt } } : {} };
    if (isDisplayed) kernel.updateDisplay(data, marks);
    else kernel.display(data, marks);
    isDisplayed = true;
  }

  const refresh = latestOnly(async (isLatest) => {
    await view.prepare();
    const description = await view.describe();
    const output = await inTurns(wholeOutput(id, description, view.maps), view.precedence.turn);
    if (isLatest()) put(output);
  });

  if (view.isSmall) put(atOnce(wholeOutput(id, view.describeNow(), view.maps)));
  else {
    put(briefOutput(id, view.brief()));
    kernel.waitUntil(refresh());
  }
  keepView(id, view);
  view.onEvent((event) => {
    if (event.type === "changed" || event.type === "lost") kernel.waitUntil(refresh());
  });
}

/** What an output holds, and the text for those who can't see its picture. */
interface Output {
  readonly bundle: MimeBundle;
  readonly alt: string;
}

function* wholeOutput(id: string, description: ViewDescription, maps: ViewMaps): Pausable<Output> {
  const { result } = maps;
  const best = result ? yield* highestVoxel(result.scores.data) : 0;
  const bundle = {
    [VIEW_MIME_TYPE]: yield* encodePayload(id, description, maps, PAYLOAD_BUDGET),
    "image/png": Buffer.from(yield* drawPreview(description, maps, best)).toString("base64"),
    "text/plain": result ? summariseBest(result, best) : summariseView(description),
  };
  return { bundle, alt: pictureText(description) };
}

/** Without maps: the viewer asks the kernel for them, the rest follows. */
function briefOutput(id: string, description: ViewDescription): Output {
  const nothing = { target: null, scores: null, rotations: null, matrices: null, template: null, history: null };
  const payload: ViewPayload = { format: "rotoscope.view", version: 1, id, description, ...nothing };
  return { bundle: { [VIEW_MIME_TYPE]: payload, "text/plain": summariseView(description) }, alt: "" };
}

/** Runs `work` whenever it is asked for, one at a time and the last one at least; resolves when none is left. */
function latestOnly(work: (isLatest: () => boolean) => Promise<void>): () => Promise<void> {
  let asked = 0;
  let running: Promise<void> | null = null;
  async function run(): Promise<void> {
    for (let now = 0; now !== asked; ) {
      now = asked;
      // What fails here fails again, and is told, when a viewer asks.
      await work(() => now === asked).catch(() => {});
    }
    running = null;
  }
  return () => {
    asked++;
    running ??= run();
    return running;
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
