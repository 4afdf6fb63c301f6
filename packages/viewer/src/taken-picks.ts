import type { PickChoice, ViewPick } from "@rotoscope/arrow/messages";

/** The candidates that are taken, in their order. */
export function takenPicks(picks: readonly ViewPick[], choice: PickChoice): ViewPick[] {
  const removed = new Set(choice.removed);
  return picks.filter(({ score }, index) => score >= choice.threshold && !removed.has(index));
}

/** How many candidates, which are sorted best first, are at or above `threshold`. */
export function countAbove(picks: readonly ViewPick[], threshold: number): number {
  let [from, to] = [0, picks.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (picks[middle]!.score >= threshold) from = middle + 1;
    else to = middle;
  }
  return from;
}
