import type { Router } from "zeromq";
import type { JupyterKernel } from "./bridge.js";
import { CellRunner } from "./cell-runner.js";
import { Comms } from "./comms.js";
import { codeUnitOffset } from "./cursor.js";
import { Execution } from "./execution.js";
import { installCellGlobals } from "./globals/cell-globals.js";
import { History } from "./history.js";
import { InputRequests } from "./input-requests.js";
import { Interrupts } from "./interrupts.js";
import { createBridge } from "./kernel-bridge.js";
import { kernelInfo } from "./kernel-info.js";
import { PendingWork } from "./pending-work.js";
import { Publisher } from "./publisher.js";
import type { JsonObject, ReceivedMessage } from "./wire/message.js";
import type { Session } from "./wire/session.js";
import type { Channel, KernelSockets } from "./wire/sockets.js";

/** Answers the messages of Jupyter clients. */
export class Kernel {
  readonly bridge: JupyterKernel;
  readonly publisher: Publisher;
  readonly inputs: InputRequests;
  readonly #session: Session;
  readonly #sockets: KernelSockets;
  readonly #runner: CellRunner;
  readonly #comms: Comms;
  readonly #history = new History();
  readonly #interrupts: Interrupts;
  readonly #execution: Execution;
  readonly #onShutdown: () => void;

  /** `onShutdown` is called when a client asked for the end, after it was answered. */
  constructor(session: Session, sockets: KernelSockets, onShutdown: () => void) {
    this.#session = session;
    this.#sockets = sockets;
    this.#onShutdown = onShutdown;
    this.publisher = new Publisher(session, sockets.iopub.outbox);
    this.inputs = new InputRequests(session, sockets.stdin.outbox);
    this.#comms = new Comms(this.publisher);
    this.#runner = new CellRunner((message, update) =>
      this.publisher.publish(update ? "update_display_data" : "display_data", message),
    );
    this.#interrupts = new Interrupts(() => this.#runner.interrupt());
    const pending = new PendingWork();
    this.#execution = new Execution({
      runner: this.#runner,
      publisher: this.publisher,
      history: this.#history,
      interrupts: this.#interrupts,
      pending,
    });
    this.bridge = createBridge(this.publisher, this.#comms, this.#interrupts, pending);
    installCellGlobals(this.bridge, {
      clearOutput: ({ wait = false } = {}) => this.publisher.publish("clear_output", { wait }),
      input: (prompt = "", { password = false } = {}) =>
        this.inputs.ask(this.#execution.running, { prompt, password, signal: this.#interrupts.signal }),
    });
  }

  interrupt(): void {
    this.#interrupts.interrupt();
  }

  /** Handles a message of the shell or the control socket. */
  handle(channel: Channel<Router>, message: ReceivedMessage): void {
    const { header, identities } = message;
    const replyType = header.msg_type.replace(/_request$/, "_reply");
    const reply = (content: object): void =>
      channel.outbox.send(this.#session.encode({ type: replyType, content, parentHeader: header }, identities));
    if (header.msg_type === "execute_request") {
      this.#execution.add(message, reply);
      return;
    }
    this.publisher.status("busy", header);
    const finish = (content: object | undefined): void => {
      if (replyType !== header.msg_type) reply(content ?? notSupported(header.msg_type));
      if (replyType === "shutdown_reply") this.publisher.publishFor(header, replyType, content ?? {});
      this.publisher.status("idle", header);
      // A front end takes any idle for the kernel's: say again that a cell is running.
      const { running } = this.#execution;
      if (running !== undefined) this.publisher.status("busy", running.header);
      if (replyType === "shutdown_reply") this.#onShutdown();
    };
    try {
      const content = this.#answer(message);
      if (content instanceof Promise) content.then(finish, (error) => finish(failure(error)));
      else finish(content);
    } catch (error) {
      finish(failure(error));
    }
  }

  /** The content of the reply; undefined for what needs none and for what is not known. */
  #answer(message: ReceivedMessage): object | undefined | Promise<object> {
    const { content } = message;
    switch (message.header.msg_type) {
      case "kernel_info_request":
        return kernelInfo();
      case "connect_request":
        return { status: "ok", ...this.#sockets.ports };
      case "is_complete_request":
        return this.#runner.completeness(String(content.code));
      case "complete_request":
        return this.#complete(content);
      case "inspect_request":
        return this.#inspect(content);
      case "history_request":
        return { status: "ok", history: this.#history.query(content) };
      case "comm_info_request":
        return { status: "ok", ...this.#comms.info(content.target_name) };
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        this.#comms.handle(message);
        return undefined;
      case "interrupt_request":
        this.interrupt();
        return { status: "ok" };
      case "shutdown_request":
        return { status: "ok", restart: content.restart === true };
      default:
        return undefined;
    }
  }

  #complete(content: JsonObject): Promise<object> {
    const code = String(content.code ?? "");
    return this.#runner.complete(code, codeUnitOffset(code, content.cursor_pos));
  }

  async #inspect(content: JsonObject): Promise<object> {
    const code = String(content.code ?? "");
    const data = await this.#runner.inspect(code, codeUnitOffset(code, content.cursor_pos));
    return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
  }
}

/** The content of a reply to what could not be answered, which is also shown. */
function failure(error: unknown): object {
  console.error(error);
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return { status: "error", ename: name, evalue: message, traceback: [] };
}

function notSupported(type: string): object {
  return { status: "error", ename: "NotSupported", evalue: `${type} is not supported`, traceback: [] };
}
