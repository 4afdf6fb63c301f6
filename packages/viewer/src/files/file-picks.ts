import type { PickChoice, ViewPick } from "@rotoscope/arrow/messages";
import { candidatesOf } from "./file-candidates.js";
import type { ResultFacts, Shape3 } from "./sliced-file.js";
import type { WholeMaps } from "./whole-maps.js";

/** The choice of picks that a page keeps. */
export interface KeptChoice {
  /** The choice of an earlier time, or null. */
  readonly choice: PickChoice | null;
  /** Keeps it; null where nothing can. */
  readonly keep: ((choice: PickChoice) => void) | null;
}

/** The candidates of a result and which of them are taken. */
export interface FilePicks {
  readonly picks: readonly ViewPick[];
  readonly choice: PickChoice;
  /** Finds the candidates in all of the result; 100 of them are taken where no choice was kept. */
  find(maps: WholeMaps, shape: Shape3, result: ResultFacts): void;
  /** Takes another choice and keeps it. */
  choose(choice: PickChoice): void;
}

const TAKEN_AT_FIRST = 100;

/** No candidates yet. */
export function filePicks(kept: KeptChoice, scoreThreshold: number): FilePicks {
  let picks: readonly ViewPick[] = [];
  let choice: PickChoice = kept.choice ?? { threshold: scoreThreshold, removed: [] };

  return {
    get picks() {
      return picks;
    },
    get choice() {
      return choice;
    },
    find(maps, shape, result) {
      picks = candidatesOf(maps, shape, result);
      if (!kept.choice) {
        const last = picks[Math.min(picks.length, TAKEN_AT_FIRST) - 1];
        choice = { threshold: last?.score ?? scoreThreshold, removed: [] };
      }
      choice = { ...choice, removed: choice.removed.filter((index) => index < picks.length) };
    },
    choose(next) {
      choice = next;
      kept.keep?.(next);
    },
  };
}
