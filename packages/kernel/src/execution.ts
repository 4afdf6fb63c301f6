import type { CellRunner } from "./cell-runner.js";
import type { History } from "./history.js";
import { type Interrupts, isCellInterrupted } from "./interrupts.js";
import { type MimeBundle, mimeBundleOf } from "./mime-bundle.js";
import type { PendingWork } from "./pending-work.js";
import type { Publisher } from "./publisher.js";
import { describeError, type ErrorContent } from "./traceback.js";
import type { JsonObject, ReceivedMessage } from "./wire/message.js";

/** What the execution of cells needs of the rest of the kernel. */
export interface ExecutionParts {
  readonly runner: CellRunner;
  readonly publisher: Publisher;
  readonly history: History;
  readonly interrupts: Interrupts;
  readonly pending: PendingWork;
}

interface QueuedRequest {
  readonly message: ReceivedMessage;
  readonly reply: (content: object) => void;
}

/** The content of an `execute_reply`. */
interface ExecuteReply {
  readonly status: "ok" | "error";
  readonly execution_count: number;
  readonly [field: string]: unknown;
}

/** Long enough for requests that were sent before a cell failed to be read from the socket. */
const ABORT_WINDOW_MILLISECONDS = 10;

/** Runs execute requests one after the other; after an error those that already wait are aborted. */
export class Execution {
  readonly #parts: ExecutionParts;
  readonly #queue: QueuedRequest[] = [];
  readonly #sources = new Map<string, string>();
  #running: QueuedRequest | undefined;
  #count = 0;
  #scripts = 0;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /** The request that is being executed. */
  get running(): ReceivedMessage | undefined {
    return this.#running?.message;
  }

  /** Takes a request; `reply` is called when its turn has come and gone. */
  add(message: ReceivedMessage, reply: (content: object) => void): void {
    this.#queue.push({ message, reply });
    if (this.#running === undefined) void this.#work();
  }

  async #work(): Promise<void> {
    for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
      this.#running = request;
      const { publisher } = this.#parts;
      const { header, content } = request.message;
      publisher.cell = header;
      publisher.status("busy", header);
      const reply = await this.#execute(content);
      const failed = reply.status === "error" && content.stop_on_error !== false;
      if (failed) await new Promise((resolve) => setTimeout(resolve, ABORT_WINDOW_MILLISECONDS));
      request.reply(reply);
      publisher.status("idle", header);
      if (failed) this.#abortQueue();
    }
    this.#running = undefined;
  }

  #abortQueue(): void {
    for (const { message, reply } of this.#queue.splice(0)) {
      this.#parts.publisher.status("busy", message.header);
      reply({ status: "aborted", execution_count: this.#count });
      this.#parts.publisher.status("idle", message.header);
    }
  }

  async #execute(content: JsonObject): Promise<ExecuteReply> {
    const { publisher, history, interrupts, pending } = this.#parts;
    const code = String(content.code ?? "");
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) {
      this.#count += 1;
      history.add(this.#count, code);
    }
    const execution_count = this.#count;
    interrupts.renew();
    publisher.muted = silent;
    try {
      publisher.publish("execute_input", { code, execution_count });
      const error = await this.#evaluate(code, (data) => {
        publisher.publish("execute_result", { execution_count, data, metadata: {} });
        if (stored) history.setOutput(execution_count, String(data["text/plain"] ?? ""));
      });
      if (content.allow_stdin === false) await pending.end(interrupts.signal);
      if (error !== undefined) {
        publisher.publish("error", error);
        return { status: "error", execution_count, ...error };
      }
      const user_expressions = await this.#evaluateAll(content.user_expressions);
      return { status: "ok", execution_count, payload: [], user_expressions };
    } finally {
      publisher.flush();
      publisher.muted = false;
    }
  }

  /** Runs code and hands over how its value is shown; describes what was thrown, also in showing it. */
  async #evaluate(code: string, show: (data: MimeBundle) => void): Promise<ErrorContent | undefined> {
    if (code.trim() === "") return undefined;
    const { runner, interrupts } = this.#parts;
    this.#scripts += 1;
    const script = `cell-${this.#scripts}.ts`;
    this.#sources.set(script, code);
    const outcome = await runner.run(code, script);
    try {
      if (outcome.error !== undefined) throw outcome.error.thrown;
      const data = "value" in outcome ? await mimeBundleOf(outcome.value) : undefined;
      if (data !== undefined) show(data);
      return undefined;
    } catch (thrown) {
      // Node holds back the signal's own handler while it interrupts synchronous code.
      if (isCellInterrupted(thrown) && !interrupts.signal.aborted) interrupts.interrupt();
      return describeError(thrown, code, this.#sources);
    }
  }

  async #evaluateAll(expressions: unknown): Promise<Record<string, object>> {
    const results: Record<string, object> = {};
    for (const [name, expression] of Object.entries((expressions ?? {}) as JsonObject)) {
      let shown: MimeBundle = {};
      const error = await this.#evaluate(`(${expression})`, (data) => {
        shown = data;
      });
      results[name] = error ? { status: "error", ...error } : { status: "ok", data: shown, metadata: {} };
    }
    return results;
  }
}
