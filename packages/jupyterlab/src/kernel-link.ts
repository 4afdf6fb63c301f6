import type { ISessionContext } from "@jupyterlab/apputils";
import type { Kernel } from "@jupyterlab/services";
import type { messageTransport, VIEW_COMM_TARGET } from "@rotoscope/viewer";
import type { SavedOrLiveTransport } from "./saved-or-live.js";

const COMM_TARGET = "rotoscope.view" satisfies typeof VIEW_COMM_TARGET;

/** Keeps a view connected to its kernel for as long as that kernel has it. */
export interface KernelLink {
  readonly viewId: string;
  dispose(): void;
}

/** Sequence number of the question whether the kernel has the view; the viewer's own are positive. */
const PROBE = -1;

/** Opens a comm whenever `session` gets a kernel, and switches `transport` to it once the kernel has answered and back when it is gone. */
export function linkKernel(
  session: ISessionContext,
  viewId: string,
  makeTransport: typeof messageTransport,
  transport: SavedOrLiveTransport,
): KernelLink {
  let comm: Kernel.IComm | null = null;
  let closeTransport: (message: string) => void = () => {};

  function drop(reason: string): void {
    if (!comm) return;
    const dropped = comm;
    comm = null;
    dropped.onClose = dropped.onMsg = () => {};
    if (!dropped.isDisposed) dropped.close();
    closeTransport(reason);
    transport.goSaved(reason);
  }

  async function connect(kernel: Kernel.IKernelConnection): Promise<void> {
    const opened = kernel.createComm(COMM_TARGET);
    comm = opened;
    const live = makeTransport({
      send: (request) => {
        if (!opened.isDisposed) opened.send({ ...request } as never);
      },
      onMessage: (handler) => {
        opened.onMsg = ({ content, buffers }) => {
          const event = content.data as { type?: string; message?: string };
          if (event.type === "lost" && comm === opened) drop(event.message ?? "");
          else handler(event, buffers ?? []);
        };
      },
    });
    closeTransport = live.close;
    opened.onClose = () => {
      if (comm === opened) drop("The kernel doesn't have this view any more: run the cell again.");
    };
    opened.open({ id: viewId });
    const { reply } = await live.request({ type: "describe", sequence: PROBE });
    if (comm === opened && reply.type === "description") transport.goLive(live);
  }

  function tryConnect(): void {
    const kernel = session.session?.kernel;
    if (!kernel?.handleComms) return;
    const attempt = connect(kernel);
    attempt.catch(() => {});
    transport.await(attempt);
  }

  function onKernelChanged(): void {
    drop("The kernel has changed.");
    tryConnect();
  }

  function onStatusChanged(_sender: ISessionContext, status: Kernel.Status): void {
    if (status === "restarting" || status === "autorestarting") drop("The kernel was restarted: run the cell again.");
    else if (status === "dead" || status === "terminating") drop("The kernel has ended: run the cell again.");
  }

  session.kernelChanged.connect(onKernelChanged);
  session.statusChanged.connect(onStatusChanged);
  tryConnect();

  return {
    viewId,
    dispose() {
      session.kernelChanged.disconnect(onKernelChanged);
      session.statusChanged.disconnect(onStatusChanged);
      if (comm && !comm.isDisposed) comm.close();
      comm = null;
    },
  };
}
