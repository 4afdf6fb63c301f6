import type { MessageHeader, OutgoingMessage } from "./wire/message.js";
import type { Outbox } from "./wire/outbox.js";
import type { Session } from "./wire/session.js";

const FLUSH_AFTER_MILLISECONDS = 20;
const FLUSH_AT_CHARACTERS = 64 * 1024;

/**
 * Publishes on iopub, in order. What is written to a stream is gathered for some milliseconds, because Jupyter's
 * server passes on a thousand messages a second at most.
 */
export class Publisher {
  /** The header of the latest execute request: what cells, timers and comms publish belongs to it. */
  cell: MessageHeader | undefined;
  /** While set, what the cell itself publishes is dropped (a silent cell). */
  muted = false;
  readonly #session: Session;
  readonly #outbox: Outbox;
  #stream = { name: "", text: "" };
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = 0;

  constructor(session: Session, outbox: Outbox) {
    this.#session = session;
    this.#outbox = outbox;
  }

  /** Publishes what belongs to the latest cell. */
  publish(type: string, content: object, more: Pick<OutgoingMessage, "metadata" | "buffers"> = {}): void {
    if (!this.muted) this.publishFor(this.cell, type, content, more);
  }

  /** Publishes what belongs to another request, or to none. */
  publishFor(
    parentHeader: MessageHeader | undefined,
    type: string,
    content: object,
    more: Pick<OutgoingMessage, "metadata" | "buffers"> = {},
  ): void {
    this.flush();
    this.#send({ type, content, parentHeader, ...more });
  }

  status(state: "busy" | "idle" | "starting", parentHeader?: MessageHeader): void {
    this.publishFor(parentHeader, "status", { execution_state: state });
  }

  /** Writes to `stdout` or `stderr` of the latest cell. */
  write(name: "stdout" | "stderr", text: string): void {
    if (this.muted || text === "") return;
    if (this.#stream.name !== name) this.flush();
    this.#stream = { name, text: this.#stream.text + text };
    // A synchronous cell lets no timer run.
    const late = Date.now() - this.#flushedAt > FLUSH_AFTER_MILLISECONDS;
    if (late || this.#stream.text.length > FLUSH_AT_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MILLISECONDS);
  }

  /** Sends the gathered text. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stream.text === "") return;
    const content = this.#stream;
    this.#stream = { name: "", text: "" };
    this.#flushedAt = Date.now();
    this.#send({ type: "stream", content, parentHeader: this.cell });
  }

  #send(message: OutgoingMessage): void {
    this.#outbox.send(this.#session.encode(message, [Buffer.from(`kernel.${this.#session.id}.${message.type}`)]));
  }
}
