import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";

/** So long after a request another may follow. */
const LULL_MS = 300;
/** Work in the background waits no longer than that in all. */
const MOST_WAITING_MS = 60_000;

/** Lets what users wait for go before work in the background. */
export class Precedence {
  #latest = Number.NEGATIVE_INFINITY;
  #waited = 0;

  /** Somebody waits for an answer. */
  note(): void {
    this.#latest = performance.now();
  }

  /** A turn of the event loop, and a longer pause while requests keep coming. */
  readonly turn = async (): Promise<void> => {
    await nextTurn();
    for (;;) {
      const left = this.#latest + LULL_MS - performance.now();
      if (left <= 0 || this.#waited > MOST_WAITING_MS) return;
      this.#waited += left;
      await pause(left);
    }
  };
}
