import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { resultIcon, volumeIcon } from "./icons.js";

/** Files that open as volumes. A `.map` may be a JavaScript source map as well, which shows only when it is opened. */
export const fileTypes: readonly (Partial<DocumentRegistry.IFileType> & { readonly name: string })[] = [
  {
    name: "rotoscope-volume",
    displayName: "Volume (MRC)",
    extensions: [".mrc", ".mrcs", ".rec", ".ccp4", ".map"],
    mimeTypes: ["application/vnd.mrc"],
    contentType: "file",
    fileFormat: "base64",
    icon: volumeIcon,
  },
  {
    name: "rotoscope-result",
    displayName: "Result of template matching (Arrow)",
    extensions: [".arrow"],
    mimeTypes: ["application/vnd.apache.arrow.file"],
    contentType: "file",
    fileFormat: "base64",
    icon: resultIcon,
  },
];
