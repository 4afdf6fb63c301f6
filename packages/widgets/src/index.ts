export { chosenPicks } from "./chosen-picks.js";
export { htmlPage } from "./html-page.js";
export type { Comm, CommMessage, JupyterKernel, KernelWidget, MimeBundle } from "./kernel-bridge.js";
export { show } from "./show.js";
export { summarise } from "./summarise.js";
export type { ShowOptions, Stepper, Viewable, ViewableResult, ViewableSearch } from "./viewable.js";
export { type PickedResult, type WritePicksOptions, writePicks } from "./write-picks.js";
