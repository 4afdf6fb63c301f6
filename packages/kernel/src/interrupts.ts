import { types } from "node:util";

/** How an interrupted cell ends, and the reason of an aborted interrupt signal. */
export class CellInterrupted extends Error {
  override readonly name = "CellInterrupted";

  constructor() {
    super("the cell was interrupted");
  }
}

/** Whether a cell ended by an interrupt. Unlike instanceof alone this runs nothing of a value that is no error. */
export function isCellInterrupted(thrown: unknown): boolean {
  return types.isNativeError(thrown) && thrown instanceof CellInterrupted;
}

/** Interrupts as an AbortSignal, a new one for each cell. */
export class Interrupts {
  #controller = new AbortController();
  readonly #onInterrupt: () => void;

  /** `onInterrupt` is called at each interrupt, after the signal was aborted. */
  constructor(onInterrupt: () => void) {
    this.#onInterrupt = onInterrupt;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Called at the start of a cell. */
  renew(): void {
    this.#controller = new AbortController();
  }

  interrupt(): void {
    this.#controller.abort(new CellInterrupted());
    this.#onInterrupt();
  }
}
