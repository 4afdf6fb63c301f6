import type { ISessionContext } from "@jupyterlab/apputils";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import type { VIEW_MIME_TYPE, Viewer, ViewPayload } from "@rotoscope/viewer";
import { type KernelLink, linkKernel } from "./kernel-link.js";
import { type SavedOrLiveTransport, savedOrLiveTransport } from "./saved-or-live.js";
import type { ViewTracker } from "./view-tracker.js";

// Written out again, because importing the value would load the viewer with the extension.
const MIME_TYPE = "application/vnd.rotoscope.view+json" satisfies typeof VIEW_MIME_TYPE;

/** Renders views; with a `session` they reach the view in its kernel, with null they show what the document holds. */
export function viewRendererFactory(session: ISessionContext | null, views: ViewTracker): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [MIME_TYPE],
    createRenderer: () => new ViewRenderer(session, views),
  };
}

/** One output. Rendering it again (`update_display_data`) keeps step, slices and zoom. */
class ViewRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #session: ISessionContext | null;
  readonly #views: ViewTracker;
  #payload: ViewPayload | null = null;
  #transport: SavedOrLiveTransport | null = null;
  #link: KernelLink | null = null;
  #viewer: Viewer | null = null;
  #untrack = (): void => {};

  constructor(session: ISessionContext | null, views: ViewTracker) {
    super();
    this.#session = session;
    this.#views = views;
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const payload = model.data[MIME_TYPE] as unknown as ViewPayload;
    const { mount, messageTransport, staticTransport } = await import("@rotoscope/viewer");
    if (this.isDisposed) return;
    this.#payload = payload;
    if (this.#transport) this.#transport.save(staticTransport(payload));
    else this.#transport = savedOrLiveTransport(staticTransport(payload));
    if (this.#session && this.#link?.viewId !== payload.id) {
      this.#link?.dispose();
      this.#link = linkKernel(this.#session, payload.id, messageTransport, this.#transport);
    }
    if (this.#viewer) return;
    this.#viewer = mount(this.node, this.#transport);
    this.#untrack = this.#views.add({
      node: this.node,
      transport: this.#transport,
      payload: async () => this.#payload!,
      path: () => this.#session?.path ?? "",
    });
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#untrack();
    this.#link?.dispose();
    this.#viewer?.destroy();
    super.dispose();
  }
}
