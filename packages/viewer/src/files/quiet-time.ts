/** Lets reading in the background wait while somebody waits for an answer. */
export interface QuietTime {
  /** Runs what somebody waits for. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nobody has waited for a while; rejects when the signal is aborted. */
  moment(): Promise<void>;
}

const QUIET_MS = 120;
const LOOK_AGAIN_MS = 30;

/** Quiet from the start; `signal` ends the waiting. */
export function quietTime(signal: AbortSignal): QuietTime {
  let waiting = 0;
  let lastAnswer = 0;
  const isBusy = (): boolean => waiting > 0 || Date.now() - lastAnswer < QUIET_MS;

  return {
    async during(work) {
      waiting++;
      try {
        return await work();
      } finally {
        waiting--;
        lastAnswer = Date.now();
      }
    },
    async moment() {
      do {
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, isBusy() ? LOOK_AGAIN_MS : 0));
      } while (isBusy());
    },
  };
}
