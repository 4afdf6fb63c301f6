import { setImmediate as nextTurn, setTimeout as rest } from "node:timers/promises";
import type { Pausable } from "@rotoscope/core";

/** Where long work is done. */
export interface TurnOptions {
  /**
   * While workers keep all processors busy. The thread then sleeps for a moment after each turn: one that doesn't has soon had its share of the processors and waits, 10 to 70 ms at a time,
   * and whatever else it is asked waits with it. One that sleeps is woken at once; its work takes no longer.
   */
  readonly besideWorkers?: boolean;
}

/** How long work keeps the thread before others have a turn. */
const TURN_MS = 4;
const REST_MS = 1;

/** Elements that keep the thread for a fraction of a millisecond. */
export const PIECE: number = 2 ** 15;

/** Does it in turns of some milliseconds; others have theirs in between. */
export async function inTurns<Value>(work: Pausable<Value>, options: TurnOptions = {}): Promise<Value> {
  const turn = turns(options);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    const others = turn();
    if (others) await others;
  }
}

/** A function to be called between bits of long work; when these have taken long enough, it gives what to await before the next one. */
export function turns({ besideWorkers = false }: TurnOptions = {}): () => Promise<void> | null {
  let since = performance.now();
  const others = async (): Promise<void> => {
    await (besideWorkers ? rest(REST_MS) : nextTurn());
    since = performance.now();
  };
  return () => (performance.now() - since < TURN_MS ? null : others());
}

/** Calls `visit` for pieces of 0 ... length - 1, one after the other. */
export function* inPieces(length: number, visit: (from: number, to: number) => void): Pausable {
  for (let from = 0; from < length; from += PIECE) {
    visit(from, Math.min(from + PIECE, length));
    yield;
  }
}
