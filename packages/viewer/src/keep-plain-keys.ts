/** Keys that edit text together with Ctrl or Cmd. */
const EDITING_KEYS = "acvxyz";

/**
 * Keeps JupyterLab and Notebook from taking the keys of the viewer's controls for their shortcuts; in a notebook those with Ctrl or Cmd (save, find) stay theirs, but for
 * what edits text in a field. A file that is looked at isn't saved: it may be large, and a checkpoint would copy it. Returns a function that ends it.
 *
 * Their shortcuts select by `:focus`, so the attribute that they heed has to be on the control itself. Notebook listens on the document before the control does: it is set before that.
 */
export function keepPlainKeys(region: HTMLElement): () => void {
  const { defaultView } = region.ownerDocument;
  const mark = (event: KeyboardEvent): void => {
    const [control] = event.composedPath();
    if (!(control instanceof Element && region.contains(control))) return;
    const isEditing =
      control.matches("input[type=text], input[type=number]") && EDITING_KEYS.includes(event.key.toLowerCase());
    const isTheirs = (event.ctrlKey || event.metaKey) && !isEditing && region.closest(".jp-Notebook") !== null;
    if (isTheirs) control.removeAttribute("data-lm-suppress-shortcuts");
    else control.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  defaultView?.addEventListener("keydown", mark, true);
  return () => defaultView?.removeEventListener("keydown", mark, true);
}
