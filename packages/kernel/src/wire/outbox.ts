/** The part of a ZeroMQ socket that an outbox uses. */
export interface SendingSocket {
  send(frames: Uint8Array[]): Promise<void>;
}

/**
 * Sends frames in order. A message leaves at once while the socket takes it, so that the output of a synchronous cell
 * shows while it runs; else it waits for its turn.
 */
export class Outbox {
  readonly #socket: SendingSocket;
  readonly #waiting: Uint8Array[][] = [];
  #latest: Promise<void> = Promise.resolve();
  #draining: Promise<void> | undefined;

  constructor(socket: SendingSocket) {
    this.#socket = socket;
  }

  send(frames: Uint8Array[]): void {
    if (this.#waiting.length === 0 && this.#sendNow(frames)) return;
    this.#waiting.push(frames);
    this.#draining ??= this.#drain();
  }

  /** Resolves when everything was handed to the socket. */
  async flush(): Promise<void> {
    await this.#draining;
    await this.#latest;
  }

  #sendNow(frames: Uint8Array[]): boolean {
    try {
      this.#latest = this.#socket.send(frames).catch(() => {});
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
      return true;
    }
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#latest;
      const frames = this.#waiting[0]!;
      if (this.#sendNow(frames)) this.#waiting.shift();
      else await new Promise((resolve) => setImmediate(resolve));
    }
    this.#draining = undefined;
  }
}
