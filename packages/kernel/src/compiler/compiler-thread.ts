import { Worker } from "node:worker_threads";
import type { CompilerService } from "./compiler-service.js";

type Method = keyof CompilerService;
type Result<M extends Method> = ReturnType<CompilerService[M]>;

/** A call to the compiler's thread. */
export interface CompilerCall {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** Its answer: `error` is the stack of what was thrown there. */
export interface CompilerAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly call: CompilerCall;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const GIVE_UP_AFTER_MILLISECONDS = 3000;

/**
 * The compiler in a thread of its own: it warms up while the kernel meets its client, and a cell that is being compiled
 * keeps neither comms nor interrupts waiting. A thread that ended, for want of memory say, is replaced at the next call.
 */
export class CompilerThread {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor() {
    this.#worker = this.#start();
  }

  /** Calls run one after the other. Rejects when the compiler fails or its thread ends. */
  call<M extends Method>(method: M, ...args: Parameters<CompilerService[M]>): Promise<Result<M>> {
    const call: CompilerCall = { id: this.#calls, method, args };
    this.#calls += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.id, { call, resolve: resolve as (value: unknown) => void, reject });
      this.#worker ??= this.#start();
      this.#worker.postMessage(call);
    });
  }

  /** Ends the thread when the latest call has no answer soon. */
  giveUpSoon(): void {
    const id = this.#calls - 1;
    const worker = this.#worker;
    setTimeout(() => {
      if (this.#waiting.has(id)) void worker?.terminate();
    }, GIVE_UP_AFTER_MILLISECONDS).unref();
  }

  #start(): Worker {
    const worker = new Worker(new URL("compiler-worker.js", import.meta.url), { execArgv: [] });
    let reason = "";
    worker.on("message", ({ id, value, error }: CompilerAnswer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(`the compiler failed: ${error}`));
    });
    worker.on("error", (error) => {
      reason = `: ${error.message}`;
    });
    worker.on("exit", () => this.#replace(reason));
    return worker;
  }

  /** The oldest call is what the thread ended at; those behind it go to a new one. */
  #replace(reason: string): void {
    this.#worker = undefined;
    const [oldest, ...others] = this.#waiting.values();
    if (oldest === undefined) return;
    this.#waiting.delete(oldest.call.id);
    oldest.reject(new Error(`the compiler ended${reason}`));
    if (others.length === 0) return;
    this.#worker = this.#start();
    for (const { call } of others) this.#worker.postMessage(call);
  }
}
