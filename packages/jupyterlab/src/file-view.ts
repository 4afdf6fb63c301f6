import { ABCWidgetFactory, type DocumentRegistry, DocumentWidget } from "@jupyterlab/docregistry";
import type { Contents } from "@jupyterlab/services";
import type { IStateDB } from "@jupyterlab/statedb";
import { Widget } from "@lumino/widgets";
import type { Viewer } from "@rotoscope/viewer";
import type { FileTransport } from "@rotoscope/viewer/files";
import { fileTypes } from "./file-types.js";
import { keptPicks } from "./kept-picks.js";
import { noContentModelFactory } from "./no-content-model.js";
import { besides, rangesOf } from "./server-file.js";
import type { ViewTracker } from "./view-tracker.js";

/** The name of the factory, under which Lab keeps what is open. */
export const FILE_VIEW = "rotoscope";

/** What the file viewers work with. */
export interface FileViewHost {
  readonly contents: Contents.IManager;
  readonly state: IStateDB | null;
  readonly views: ViewTracker;
  /** Memory for the coarse copy of a large file. */
  backgroundBytes(): number;
  /** Opens a file that is no volume with the text editor, in place of the viewer. */
  openAsText(path: string): void;
}

/** Makes a viewer of a file that Lab opens. */
export class FileViewFactory extends ABCWidgetFactory<DocumentWidget<FileView>, DocumentRegistry.IModel> {
  readonly #host: FileViewHost;

  constructor(host: FileViewHost) {
    super({
      name: FILE_VIEW,
      label: "Volume (rotoscope)",
      modelName: noContentModelFactory.name,
      fileTypes: fileTypes.map(({ name }) => name),
      defaultFor: fileTypes.map(({ name }) => name),
      readOnly: true,
    });
    this.#host = host;
  }

  protected createNewWidget(context: DocumentRegistry.Context): DocumentWidget<FileView> {
    const content = new FileView(context, this.#host);
    const widget = new DocumentWidget({ content, context });
    widget.toolbar.hide();
    // Nothing here can be saved, and Lab would say that it had started to.
    Object.assign(context, { save: async () => {} });
    const type = fileTypes.find(({ extensions }) =>
      extensions?.some((ending) => context.path.toLowerCase().endsWith(ending)),
    );
    if (type?.icon) widget.title.icon = type.icon;
    return widget;
  }
}

/** A viewer of one file. */
export class FileView extends Widget {
  readonly #context: DocumentRegistry.Context;
  readonly #host: FileViewHost;
  #opening = new AbortController();
  #transport: FileTransport | null = null;
  #viewer: Viewer | null = null;
  #untrack = (): void => {};

  constructor(context: DocumentRegistry.Context, host: FileViewHost) {
    super();
    this.#context = context;
    this.#host = host;
    this.addClass("rotoscope-file");
    this.node.style.overflow = "auto";
    this.node.tabIndex = -1;
    void context.ready.then(() => {
      if (this.isDisposed) return;
      context.fileChanged.connect(this.#reopen, this);
      context.pathChanged.connect(this.#showName, this);
      void this.#open();
    });
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#close();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    (this.node.querySelector<HTMLElement>("input") ?? this.node).focus();
  }

  async #open(): Promise<void> {
    const { signal } = this.#opening;
    const context = this.#context;
    this.#say("Opening…");
    try {
      // A request for bytes of it would be refused, which the console calls an error.
      if (context.contentsModel?.size === 0) throw new Error(`${this.#name()}: the file is empty.`);
      const viewer = import("@rotoscope/viewer");
      const { openFile, fileTransport } = await import("@rotoscope/viewer/files");
      const { contents, state, views } = this.#host;
      const file = await openFile(
        this.#name(),
        rangesOf(contents, () => context.path),
        signal,
        besides(contents, () => context.path),
      );
      if (signal.aborted) return;
      if (!file) return this.#host.openAsText(context.path);
      const kept = await keptPicks(state, context.path, context.contentsModel?.last_modified ?? "");
      const transport = await fileTransport(file, { ...kept, coarseBytes: this.#host.backgroundBytes() });
      const { mount } = await viewer;
      if (signal.aborted) return transport.close();
      this.node.textContent = "";
      this.#transport = transport;
      this.#viewer = mount(this.node, transport);
      this.#untrack = views.add({ node: this.node, transport, payload: transport.payload, path: () => context.path });
    } catch (error) {
      if (!signal.aborted) this.#fail((error as Error).message);
    }
  }

  #close(): void {
    this.#opening.abort();
    this.#untrack();
    this.#untrack = () => {};
    this.#viewer?.destroy();
    this.#viewer = null;
    this.#transport?.close();
    this.#transport = null;
  }

  #reopen(): void {
    this.#close();
    this.#opening = new AbortController();
    void this.#open();
  }

  #showName(): void {
    this.#transport?.rename(this.#name());
  }

  #name(): string {
    return this.#context.localPath.split("/").pop() ?? "";
  }

  #say(text: string): HTMLElement {
    const message = document.createElement("p");
    message.textContent = text;
    message.setAttribute("role", "status");
    message.style.cssText =
      "margin: 16px; color: var(--jp-content-font-color1); font-family: var(--jp-ui-font-family);";
    this.node.replaceChildren(message);
    return message;
  }

  #fail(reason: string): void {
    const message = this.#say(reason);
    message.setAttribute("role", "alert");
    const again = document.createElement("button");
    again.textContent = "Try again";
    again.className = "jp-Button jp-mod-styled";
    again.style.marginLeft = "12px";
    again.addEventListener("click", () => this.#reopen());
    message.append(again);
  }
}
