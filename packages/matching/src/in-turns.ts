import { setImmediate as nextTurn } from "node:timers/promises";

/** Elements that keep the thread for a few milliseconds. */
export const PIECE: number = 2 ** 19;

/** Calls `visit` for pieces of 0 ... length - 1, one after the other; others have their turn in between. */
export async function inTurns(length: number, visit: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < length; from += PIECE) {
    visit(from, Math.min(from + PIECE, length));
    await nextTurn();
  }
}
