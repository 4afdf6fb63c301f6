import { randomUUID } from "node:crypto";
import type { Comm, CommMessage, OpenCommOptions } from "./bridge.js";
import type { Publisher } from "./publisher.js";
import type { MessageHeader, ReceivedMessage } from "./wire/message.js";

type Handler = (message: CommMessage) => void;
type OpenHandler = (comm: Comm, message: CommMessage) => void;

interface OpenComm extends Comm {
  readonly messageHandlers: Handler[];
  readonly closeHandlers: Handler[];
}

/** The comms between the kernel and its front ends. */
export class Comms {
  readonly #publisher: Publisher;
  readonly #open = new Map<string, OpenComm>();
  readonly #targets = new Map<string, Set<OpenHandler>>();
  /** The message that is being handled. */
  #request: MessageHeader | undefined;

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  /** Opens a comm to the front end. The `metadata` and `buffers` go with the opening message. */
  open(targetName: string, options: OpenCommOptions = {}, id: string = randomUUID()): Comm {
    const comm = this.#create(id, targetName);
    const content = { comm_id: id, target_name: targetName, data: options.data ?? {} };
    this.#publisher.publishFor(this.#publisher.cell, "comm_open", content, {
      metadata: options.metadata,
      buffers: options.buffers,
    });
    return comm;
  }

  /** Calls `handler` for each comm that a front end opens to `targetName`, until the returned function is called. */
  onOpen(targetName: string, handler: OpenHandler): () => void {
    const handlers = this.#targets.get(targetName) ?? new Set();
    this.#targets.set(targetName, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /** Sends from a handler as the answer to the message that it handles, where a front end waits for that; `comm.send` belongs to the latest cell. */
  answer(comm: Comm, data: object, buffers: readonly ArrayBufferView[]): void {
    const parent = this.#request ?? this.#publisher.cell;
    this.#publisher.publishFor(parent, "comm_msg", { comm_id: comm.id, data }, { buffers });
  }

  /** The content of a `comm_info_reply`. */
  info(targetName?: unknown): { comms: Record<string, { target_name: string }> } {
    const listed = [...this.#open.values()].filter((comm) => !targetName || comm.targetName === targetName);
    return { comms: Object.fromEntries(listed.map((comm) => [comm.id, { target_name: comm.targetName }])) };
  }

  /** Handles `comm_open`, `comm_msg` and `comm_close`. What is not known is ignored; an error in a handler is shown. */
  handle(message: ReceivedMessage): void {
    this.#request = message.header;
    try {
      this.#handle(message);
    } finally {
      this.#request = undefined;
    }
  }

  #handle(message: ReceivedMessage): void {
    const id = String(message.content.comm_id);
    const data = (message.content.data ?? {}) as CommMessage["data"];
    const received: CommMessage = { data, metadata: message.metadata, buffers: message.buffers };
    if (message.header.msg_type === "comm_open") {
      this.#accept(id, String(message.content.target_name), received);
      return;
    }
    const comm = this.#open.get(id);
    if (comm === undefined) return;
    if (message.header.msg_type === "comm_close") {
      this.#open.delete(id);
      callAll(comm.closeHandlers, received);
    } else {
      callAll(comm.messageHandlers, received);
    }
  }

  #accept(id: string, targetName: string, message: CommMessage): void {
    const handlers = this.#targets.get(targetName);
    if (!handlers?.size) {
      this.#publisher.publishFor(this.#publisher.cell, "comm_close", { comm_id: id, data: {} });
      return;
    }
    const comm = this.#create(id, targetName);
    callAll(
      [...handlers].map((handler) => (received: CommMessage) => handler(comm, received)),
      message,
    );
  }

  #create(id: string, targetName: string): OpenComm {
    const messageHandlers: Handler[] = [];
    const closeHandlers: Handler[] = [];
    const comm: OpenComm = {
      id,
      targetName,
      messageHandlers,
      closeHandlers,
      send: (data, options = {}) => {
        if (!this.#open.has(id)) throw new Error(`comm ${id} to ${targetName} is closed`);
        this.#publisher.publishFor(this.#publisher.cell, "comm_msg", { comm_id: id, data }, options);
      },
      close: (data = {}) => {
        if (this.#open.delete(id))
          this.#publisher.publishFor(this.#publisher.cell, "comm_close", { comm_id: id, data });
      },
      onMessage: (handler) => {
        messageHandlers.push(handler);
      },
      onClose: (handler) => {
        closeHandlers.push(handler);
      },
    };
    this.#open.set(id, comm);
    return comm;
  }
}

/** A handler that throws is shown as an error on stderr and does not stop the others. */
function callAll(handlers: readonly Handler[], message: CommMessage): void {
  for (const handler of handlers) {
    try {
      handler(message);
    } catch (error) {
      console.error(error);
    }
  }
}
