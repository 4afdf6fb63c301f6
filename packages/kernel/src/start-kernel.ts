import type { Router } from "zeromq";
import { addInstalledModulesToNode } from "./compiler/installed-modules.js";
import { resolveImportOnlyPackages } from "./import-only-packages.js";
import { Kernel } from "./kernel.js";
import { KERNEL_SYMBOL } from "./kernel-bridge.js";
import { endWithParent } from "./parent-watch.js";
import { captureStandardStreams, silenceRequireEsmWarning } from "./standard-streams.js";
import { readConnectionFile } from "./wire/connection-file.js";
import type { ReceivedMessage } from "./wire/message.js";
import { Session } from "./wire/session.js";
import { bindSockets, type Channel, type KernelSockets } from "./wire/sockets.js";

/**
 * Requests wait for the first subscriber of iopub, or so long: a client that asks before its subscription has arrived would never see the
 * outputs and the idle of its request (jupyter console waits for them for ever).
 */
const SUBSCRIBER_MILLISECONDS = 1000;

/** Runs the kernel that a connection file describes; it ends with the process. */
export async function startKernel(connectionFile: string): Promise<void> {
  const info = readConnectionFile(connectionFile);
  const session = new Session(info.key, info.signatureScheme);
  const sockets = await bindSockets(info);
  const kernel = new Kernel(session, sockets, () => void shutDown(sockets));

  addInstalledModulesToNode();
  resolveImportOnlyPackages();
  silenceRequireEsmWarning();
  captureStandardStreams(kernel.publisher);
  endWithParent();
  (globalThis as Record<symbol, unknown>)[KERNEL_SYMBOL] = kernel.bridge;
  process.on("SIGINT", () => kernel.interrupt());

  const subscribed = new Promise<void>((resolve) => {
    setTimeout(resolve, SUBSCRIBER_MILLISECONDS).unref();
    void welcome(sockets, session, () => {
      kernel.publisher.status("starting");
      resolve();
    });
  });
  void receive(sockets.stdin, session, (message) => kernel.inputs.handle(message));
  void receive(sockets.control, session, (message) => kernel.handle(sockets.control, message));
  await subscribed;
  void receive(sockets.shell, session, (message) => kernel.handle(sockets.shell, message));
}

async function receive(
  channel: Channel<Router>,
  session: Session,
  handle: (message: ReceivedMessage) => void,
): Promise<void> {
  while (!channel.socket.closed) {
    try {
      const message = session.decode(await channel.socket.receive());
      if (message !== undefined) handle(message);
    } catch (error) {
      if (!channel.socket.closed) console.error(error);
    }
  }
}

/** Greets each subscriber of iopub, so that it knows from when on it misses nothing; `begin` is called after the first. */
async function welcome({ iopub }: KernelSockets, session: Session, begin: () => void): Promise<void> {
  const SUBSCRIBE = 1;
  let begun = false;
  while (!iopub.socket.closed) {
    try {
      const [frame] = await iopub.socket.receive();
      if (frame?.[0] !== SUBSCRIBE) continue;
      const topic = frame.subarray(1);
      const content = { subscription: topic.toString() };
      iopub.outbox.send(session.encode({ type: "iopub_welcome", content }, [topic]));
      if (!begun) begin();
      begun = true;
    } catch (error) {
      if (!iopub.socket.closed) console.error(error);
    }
  }
}

async function shutDown(sockets: KernelSockets): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await sockets.close();
  process.exit(0);
}
