import type { JupyterFrontEnd } from "@jupyterlab/application";
import { Dialog, type ICommandPalette, InputDialog, Notification, showDialog } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import type { IDocumentManager } from "@jupyterlab/docmanager";
import type { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import type { ViewRequest } from "@rotoscope/viewer";
import { FILE_VIEW } from "./file-view.js";
import { volumeIcon } from "./icons.js";
import type { OpenView, ViewTracker } from "./view-tracker.js";

/** What the commands work with. */
export interface CommandHost {
  readonly app: JupyterFrontEnd;
  readonly documents: IDocumentManager;
  readonly views: ViewTracker;
  readonly files: IDefaultFileBrowser | null;
  readonly palette: ICommandPalette | null;
}

/** Ids of the commands; the menus are in schema/files.json. */
export const commandIds = {
  open: "rotoscope:open-as-volume",
  exportStar: "rotoscope:export-star",
  staticPage: "rotoscope:static-page",
} as const;

/** Adds the commands to JupyterLab and its palette. */
export function addCommands({ app, documents, views, files, palette }: CommandHost): void {
  const { commands } = app;
  const contents = app.serviceManager.contents;
  const selected = (): string[] =>
    [...(files?.selectedItems() ?? [])].filter(({ type }) => type !== "directory").map(({ path }) => path);

  commands.addCommand(commandIds.open, {
    label: "Open as Volume",
    caption: "Look at an MRC or CCP4 map, or at a result of template matching, in slices",
    icon: volumeIcon,
    describedBy: {
      args: { type: "object", properties: { path: { type: "string", description: "The file to open." } } },
    },
    execute: async (args) => {
      const paths = typeof args.path === "string" ? [args.path] : selected();
      if (paths.length === 0) paths.push(...(await askForPath(files)));
      for (const path of paths) documents.openOrReveal(path, FILE_VIEW);
    },
  });
  commands.addCommand(commandIds.exportStar, {
    label: "Export Picks as STAR…",
    caption: "Write the picks of the view that was used last to a RELION 5 STAR file",
    isEnabled: () => views.current() !== null,
    execute: () => withView(exportStar),
  });
  commands.addCommand(commandIds.staticPage, {
    label: "Save as Static Page…",
    caption: "Write the view that was used last to one HTML file that needs neither kernel nor network",
    isEnabled: () => views.current() !== null,
    execute: () => withView(savePage),
  });
  for (const command of Object.values(commandIds)) palette?.addItem({ command, category: "rotoscope" });

  async function withView(work: (view: OpenView) => Promise<void>): Promise<void> {
    const view = views.current();
    if (!view) return;
    try {
      await work(view);
    } catch (error) {
      const buttons = [Dialog.okButton({ label: "Close" })];
      await showDialog({ title: "rotoscope", body: (error as Error).message, buttons });
    }
  }

  async function exportStar(view: OpenView): Promise<void> {
    const { reply } = await ask(view, { type: "describe" });
    if (reply.type !== "description")
      throw new Error(reply.type === "failed" ? reply.message : "The view doesn't answer.");
    const { choice, maps } = reply.description;
    if (!maps.includes("scores")) throw new Error("A volume has no picks; a result of template matching does.");
    const path = await askForTarget(view, "Export picks as STAR", ".star");
    if (!path) return;
    const written = await ask(view, { type: "write-picks", choice, format: "star", name: PathExt.basename(path) });
    if (written.reply.type !== "picks-written")
      throw new Error(written.reply.type === "failed" ? written.reply.message : "");
    const byKernel = written.reply.path;
    if (byKernel === null) await save(path, new TextDecoder().decode(written.buffers[0]));
    else Notification.success(`Wrote ${byKernel}`, { autoClose: 5000 });
  }

  async function savePage(view: OpenView): Promise<void> {
    const payload = await view.payload();
    const path = await askForTarget(view, "Save as static page", ".html");
    if (!path) return;
    const [{ renderPage }, { default: script }] = await Promise.all([
      import("@rotoscope/viewer/page"),
      import("./standalone.txt"),
    ]);
    await save(path, renderPage({ title: payload.description.title || "rotoscope", payload, script }));
  }

  async function askForTarget(view: OpenView, title: string, ending: string): Promise<string | null> {
    const from = view.path();
    const proposed = PathExt.basename(from, PathExt.extname(from)) + ending;
    const { value, button } = await InputDialog.getText({
      title,
      label: "File, in the folder of the document",
      text: proposed,
      okLabel: "Save",
    });
    if (!button.accept || !value) return null;
    return PathExt.join(PathExt.dirname(from), value.endsWith(ending) ? value : value + ending);
  }

  async function save(path: string, content: string): Promise<void> {
    const name = PathExt.basename(path);
    // Asking for the file itself would put an error on the console when it isn't there.
    const folder = await contents.get(PathExt.dirname(path));
    if (!folder.writable) throw new Error(`${path} can't be written: its folder is read-only.`);
    if ((folder.content as { name: string }[]).some((entry) => entry.name === name)) {
      const { button } = await showDialog({
        title: `Replace ${name}?`,
        body: `${path} exists already.`,
        buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: "Replace" })],
      });
      if (!button.accept) return;
    }
    await contents.save(path, { type: "file", format: "text", content }).catch((error: Error) => {
      throw new Error(`${path} can't be written. The server says: ${error.message}`);
    });
    Notification.success(`Wrote ${path}`, { autoClose: 5000 });
  }
}

type WithoutSequence<Request> = Request extends ViewRequest ? Omit<Request, "sequence"> : never;

let sequence = 0;

/** Negative numbers are the extension's own; the viewer's are positive. */
function ask(view: OpenView, request: WithoutSequence<ViewRequest>) {
  return view.transport.request({ ...request, sequence: --sequence - 1 } as ViewRequest);
}

async function askForPath(files: IDefaultFileBrowser | null): Promise<string[]> {
  const { value } = await InputDialog.getText({
    title: "Open as volume",
    label: "File",
    text: files ? `${files.model.path}/` : "",
    okLabel: "Open",
  });
  return value ? [value.replace(/^\//, "")] : [];
}
