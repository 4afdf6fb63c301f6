import type { JupyterKernel } from "./bridge.js";
import type { Comms } from "./comms.js";
import type { Interrupts } from "./interrupts.js";
import { encodeBinary, type MimeBundle } from "./mime-bundle.js";
import type { PendingWork } from "./pending-work.js";
import type { Publisher } from "./publisher.js";
import { createWidget, type WidgetModel } from "./widgets/widget.js";
import { serveWidgetControl } from "./widgets/widget-control.js";

/** Where libraries in the kernel find it. */
export const KERNEL_SYMBOL: unique symbol = Symbol.for("jupyter.kernel") as never;

/** The kernel as libraries in it see it. What they display belongs to the latest cell. */
export function createBridge(
  publisher: Publisher,
  comms: Comms,
  interrupts: Interrupts,
  pending: PendingWork,
): JupyterKernel {
  const models = new Map<string, WidgetModel>();
  serveWidgetControl(comms, models);
  const content = (data: MimeBundle, options: { displayId?: string; metadata?: object }): object => ({
    data: encodeBinary(data),
    metadata: options.metadata ?? {},
    transient: options.displayId === undefined ? {} : { display_id: options.displayId },
  });
  return {
    display: (data, options = {}) => publisher.publish("display_data", content(data, options)),
    updateDisplay: (data, options) => publisher.publish("update_display_data", content(data, options)),
    openComm: (targetName, options) => comms.open(targetName, options),
    onComm: (targetName, handler) => comms.onOpen(targetName, handler),
    widget: (options) => createWidget(comms, models, options),
    waitUntil: (work) => pending.add(work),
    get interruptSignal() {
      return interrupts.signal;
    },
  };
}
