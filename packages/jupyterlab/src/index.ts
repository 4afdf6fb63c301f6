import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, WidgetTracker } from "@jupyterlab/apputils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import type { DocumentRegistry, DocumentWidget } from "@jupyterlab/docregistry";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { IStateDB } from "@jupyterlab/statedb";
import { addCommands, commandIds } from "./commands.js";
import { fileTypes } from "./file-types.js";
import { FILE_VIEW, FileViewFactory } from "./file-view.js";
import { noContentModelFactory } from "./no-content-model.js";
import { hearWidgets } from "./unheard-widgets.js";
import { viewRendererFactory } from "./view-renderer.js";
import { type ViewTracker, viewTracker } from "./view-tracker.js";

/** Before the anywidget, which the same output carries for a Lab without this extension. */
const RANK = -20;
const FILES = "@rotoscope/jupyterlab:files";

/** Outputs of notebooks. */
const viewsPlugin: JupyterFrontEndPlugin<void> = {
  id: "@rotoscope/jupyterlab:views",
  description: "Shows rotoscope's results and running searches.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [INotebookTracker],
  activate(app: JupyterFrontEnd, documents: IRenderMimeRegistry, notebooks: INotebookTracker | null): void {
    const views = viewsOf(app);
    documents.addFactory(viewRendererFactory(null, views), RANK);
    notebooks?.widgetAdded.connect((_tracker, { content, sessionContext }) => {
      content.rendermime.addFactory(viewRendererFactory(sessionContext, views), RANK);
      hearWidgets(app, sessionContext);
    });
  },
};

/** Files, and the commands. */
const filesPlugin: JupyterFrontEndPlugin<void> = {
  id: FILES,
  description: "Opens volumes and results of template matching.",
  autoStart: true,
  requires: [IDocumentManager],
  optional: [ISettingRegistry, IStateDB, ILayoutRestorer, ICommandPalette, IDefaultFileBrowser],
  activate(
    app: JupyterFrontEnd,
    documents: IDocumentManager,
    settings: ISettingRegistry | null,
    state: IStateDB | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    files: IDefaultFileBrowser | null,
  ): void {
    const { docRegistry } = app;
    const views = viewsOf(app);
    let backgroundMegabytes = 64;
    const factory = new FileViewFactory({
      contents: app.serviceManager.contents,
      state,
      views,
      backgroundBytes: () => backgroundMegabytes * 2 ** 20,
      openAsText: (path) => {
        const view = documents.findWidget(path, FILE_VIEW);
        documents.openOrReveal(path, "Editor", undefined, view ? { ref: view.id } : {});
        view?.close();
      },
    });
    for (const fileType of fileTypes) docRegistry.addFileType(fileType);
    docRegistry.addModelFactory(noContentModelFactory);
    // Lab's own declarations disagree on an optional field that is undefined.
    docRegistry.addWidgetFactory(factory as object as DocumentRegistry.WidgetFactory);

    const tracker = new WidgetTracker<DocumentWidget>({ namespace: FILE_VIEW });
    factory.widgetCreated.connect((_factory, widget) => {
      widget.context.pathChanged.connect(() => void tracker.save(widget));
      void tracker.add(widget);
    });
    void restorer?.restore(tracker, {
      command: "docmanager:open",
      args: ({ context }) => ({ path: context.path, factory: FILE_VIEW }),
      name: ({ context }) => context.path,
    });
    addCommands({ app, documents, views, files, palette });
    void settings?.load(FILES).then((loaded) => {
      const apply = (): void => {
        backgroundMegabytes = Number(loaded.composite.backgroundMegabytes);
      };
      loaded.changed.connect(apply);
      apply();
    });
  },
};

/** Both plugins share the list of what is on show. */
const trackers = new WeakMap<JupyterFrontEnd, ViewTracker>();

function viewsOf(app: JupyterFrontEnd): ViewTracker {
  const tracker =
    trackers.get(app) ??
    viewTracker(() => {
      for (const id of [commandIds.exportStar, commandIds.staticPage])
        if (app.commands.hasCommand(id)) app.commands.notifyCommandChanged(id);
    });
  trackers.set(app, tracker);
  return tracker;
}

const plugins: JupyterFrontEndPlugin<void>[] = [viewsPlugin, filesPlugin];

export default plugins;
