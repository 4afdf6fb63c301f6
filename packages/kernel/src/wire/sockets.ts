import { Reply, Router, XPublisher } from "zeromq";
import { type ConnectionInfo, socketAddress } from "./connection-file.js";
import { Outbox } from "./outbox.js";

/** One of the kernel's sockets with its outbox. */
export interface Channel<Socket> {
  readonly socket: Socket;
  readonly outbox: Outbox;
}

/** The five sockets of a kernel, bound. */
export interface KernelSockets {
  readonly shell: Channel<Router>;
  readonly control: Channel<Router>;
  readonly stdin: Channel<Router>;
  readonly iopub: Channel<XPublisher>;
  /** The ports, as a `connect_reply` lists them. */
  readonly ports: Readonly<Record<string, number>>;
  /** Hands everything over and closes; messages under way still leave. */
  close(): Promise<void>;
}

const LINGER_MILLISECONDS = 1000;

/** Binds the sockets of `info` and answers heartbeats. Rejects when an address is taken. */
export async function bindSockets(info: ConnectionInfo): Promise<KernelSockets> {
  // No high-water mark: a cell that prints much must not lose lines.
  const options = { sendHighWaterMark: 0, linger: LINGER_MILLISECONDS };
  const router = { ...options, receiveHighWaterMark: 0 };
  const shell = new Router(router);
  const control = new Router(router);
  const stdin = new Router(router);
  const iopub = new XPublisher({ ...options, verbosity: "allSubs" });
  const heartbeat = new Reply({ linger: 0 });
  await Promise.all([
    shell.bind(socketAddress(info, info.shellPort)),
    control.bind(socketAddress(info, info.controlPort)),
    stdin.bind(socketAddress(info, info.stdinPort)),
    iopub.bind(socketAddress(info, info.iopubPort)),
    heartbeat.bind(socketAddress(info, info.heartbeatPort)),
  ]);
  void echo(heartbeat);
  const channels = {
    shell: { socket: shell, outbox: new Outbox(shell) },
    control: { socket: control, outbox: new Outbox(control) },
    stdin: { socket: stdin, outbox: new Outbox(stdin) },
    iopub: { socket: iopub, outbox: new Outbox(iopub) },
  };
  return {
    ...channels,
    ports: {
      shell_port: info.shellPort,
      iopub_port: info.iopubPort,
      stdin_port: info.stdinPort,
      control_port: info.controlPort,
      hb_port: info.heartbeatPort,
    },
    close: async () => {
      await Promise.all(Object.values(channels).map((channel) => channel.outbox.flush()));
      for (const socket of [shell, control, stdin, iopub, heartbeat]) socket.close();
    },
  };
}

async function echo(heartbeat: Reply): Promise<void> {
  try {
    for await (const frames of heartbeat) await heartbeat.send(frames);
  } catch (error) {
    if (!heartbeat.closed) throw error;
  }
}
