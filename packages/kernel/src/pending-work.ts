/** Work that goes on after the cell that began it. */
export class PendingWork {
  readonly #work = new Set<Promise<unknown>>();

  /** Its failure is for who began it to deal with. */
  add(work: Promise<unknown>): void {
    const settled = work
      .catch(() => {})
      .finally(() => {
        this.#work.delete(settled);
      });
    this.#work.add(settled);
  }

  /** Resolves when nothing is left, also of what came meanwhile, or when `signal` is aborted. */
  async end(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    while (this.#work.size > 0 && !signal.aborted) await Promise.race([Promise.all(this.#work), aborted]);
  }
}
