/** Steps at an even pace until it is paused or at the end. */
export interface Player {
  readonly playing: boolean;
  play(): void;
  pause(): void;
}

/**
 * Calls `advance` every `intervalMs` while playing; it returns false at the end, which pauses. `onChange` is told of each start and
 * stop.
 */
export function player(advance: () => boolean, intervalMs: () => number, onChange: (playing: boolean) => void): Player {
  let timer: ReturnType<typeof setTimeout> | null = null;

  function pause(): void {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    onChange(false);
  }
  function tick(): void {
    if (!advance()) pause();
    else if (timer !== null) timer = setTimeout(tick, intervalMs());
  }
  return {
    get playing() {
      return timer !== null;
    },
    play() {
      if (timer !== null) return;
      timer = setTimeout(tick, 0);
      onChange(true);
    },
    pause,
  };
}
