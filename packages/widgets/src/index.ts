export { htmlPage } from "./html-page.js";
export type { Comm, CommMessage, JupyterKernel, KernelWidget, MimeBundle } from "./kernel-bridge.js";
export { show } from "./show.js";
export { summarise } from "./summarise.js";
export type { ShowOptions, Viewable, ViewableResult, ViewableSearch } from "./viewable.js";
