import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ISessionContext } from "@jupyterlab/apputils";

const WIDGETS_PLUGIN = "@jupyter-widgets/jupyterlab-manager:plugin";
const WIDGET_TARGET = "jupyter.widget";

/**
 * Takes the widgets that our kernel opens beside each view for a Lab without this extension. Where no widget manager is installed, Lab would put an error on the
 * console for each of them; nothing is done with them here, because their views come as outputs.
 */
export function hearWidgets(app: JupyterFrontEnd, session: ISessionContext): void {
  if (app.hasPlugin(WIDGETS_PLUGIN)) return;
  const hear = (): void => {
    const kernel = session.session?.kernel;
    if (kernel?.handleComms) kernel.registerCommTarget(WIDGET_TARGET, () => {});
  };
  session.kernelChanged.connect(hear);
  hear();
}
