import { setImmediate as nextTurn } from "node:timers/promises";
import type { Pausable } from "@rotoscope/core";

/** How long it goes on before others get a turn. While a search keeps all processors busy, longer turns make the thread wait for its share in their midst. */
const TURN_MS = 4;

/** Does it in pieces of some milliseconds, between which `turn` lets others have theirs. */
export async function inTurns<T>(work: Pausable<T>, turn: () => Promise<unknown> = nextTurn): Promise<T> {
  let from = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - from < TURN_MS) continue;
    await turn();
    from = performance.now();
  }
}
