/**
 * Runs `work` for the latest value handed over: never two at a time, values that were overtaken while it ran are dropped.
 * `work` deals with its own failures: a rejection is an error of the program.
 */
export function latestWins<T>(work: (value: T) => Promise<void>): (value: T) => void {
  let busy = false;
  let waiting: { readonly value: T } | null = null;

  async function run(value: T): Promise<void> {
    busy = true;
    try {
      await work(value);
      while (waiting !== null) {
        const next: T = (waiting as { readonly value: T }).value;
        waiting = null;
        await work(next);
      }
    } finally {
      busy = false;
    }
  }

  return (value) => {
    if (busy) waiting = { value };
    else void run(value);
  };
}
