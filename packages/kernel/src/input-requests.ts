import type { ReceivedMessage } from "./wire/message.js";
import type { Outbox } from "./wire/outbox.js";
import type { Session } from "./wire/session.js";

/** What an input asks for: its prompt, whether to hide what is typed, and what ends the wait. */
export interface InputQuestion {
  readonly prompt: string;
  readonly password: boolean;
  readonly signal: AbortSignal;
}

/** Asks the front end of the running cell for a line of text. */
export class InputRequests {
  readonly #session: Session;
  readonly #outbox: Outbox;
  #answer: ((value: string) => void) | undefined;

  constructor(session: Session, outbox: Outbox) {
    this.#session = session;
    this.#outbox = outbox;
  }

  /** Resolves to what the user typed. Rejects when the cell of `request` allows no input, or the signal is aborted. */
  async ask(request: ReceivedMessage | undefined, { prompt, password, signal }: InputQuestion): Promise<string> {
    if (request?.content.allow_stdin !== true) throw new Error("input: this front end does not take input");
    if (this.#answer !== undefined) throw new Error("input: another input is still waiting");
    const message = { type: "input_request", content: { prompt, password }, parentHeader: request.header };
    this.#outbox.send(this.#session.encode(message, request.identities));
    try {
      return await new Promise((resolve, reject) => {
        this.#answer = resolve;
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
    } finally {
      this.#answer = undefined;
    }
  }

  /** Takes what arrives on the stdin socket. */
  handle(message: ReceivedMessage): void {
    if (message.header.msg_type === "input_reply") this.#answer?.(String(message.content.value ?? ""));
  }
}
