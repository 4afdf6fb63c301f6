export type { Comm, CommMessage, JupyterKernel, KernelWidget, MimeBundle } from "./bridge.js";
export { installKernelspec, uninstallKernelspec } from "./kernelspec.js";
export type { KernelspecPlace } from "./kernelspec-place.js";
