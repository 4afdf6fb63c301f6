import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { viewRendererFactory } from "./view-renderer.js";

/** Before the anywidget, which the same output carries for a Lab without this extension. */
const RANK = -20;

const plugin: JupyterFrontEndPlugin<void> = {
  id: "@rotoscope/jupyterlab:views",
  description: "Shows rotoscope's results and running searches.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [INotebookTracker],
  activate(_app: JupyterFrontEnd, documents: IRenderMimeRegistry, notebooks: INotebookTracker | null): void {
    documents.addFactory(viewRendererFactory(null), RANK);
    notebooks?.widgetAdded.connect((_tracker, { content, sessionContext }) => {
      content.rendermime.addFactory(viewRendererFactory(sessionContext), RANK);
    });
  },
};

export default plugin;
