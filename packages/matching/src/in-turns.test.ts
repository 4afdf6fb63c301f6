import { atOnce } from "@rotoscope/core";
import { afterEach, expect, test, vi } from "vitest";
import { copyBox, gatherInto } from "./gather-splits.js";
import { inPieces, inTurns, PIECE } from "./in-turns.js";

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([false, true])(
  "others have their turn whenever work has gone on for 4 ms (beside workers: %s)",
  async (besideWorkers) => {
    let [clock, since, longest, others] = [0, 0, 0, 0];
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    const loop = (): void => {
      others++;
      since = clock;
    };
    const timer = setInterval(loop, 0);
    const immediate = (): void => {
      loop();
      next = setImmediate(immediate);
    };
    let next = setImmediate(immediate);
    const work = inTurns(
      (function* () {
        for (let bit = 0; bit < 100; bit++) {
          clock += 0.5;
          longest = Math.max(longest, clock - since);
          yield;
        }
        return "done";
      })(),
      { besideWorkers },
    );
    expect(await work).toBe("done");
    clearInterval(timer);
    clearImmediate(next);
    expect(longest).toBeLessThanOrEqual(4.5);
    expect(others).toBeGreaterThanOrEqual(12);
  },
);

test("bits of work on arrays are bounded", () => {
  const seen: number[] = [];
  for (const _ of inPieces(3 * PIECE + 1, (from, to) => seen.push(to - from)));
  expect(seen).toEqual([PIECE, PIECE, PIECE, 1]);
  const shape = [1, 3, 2 * PIECE] as const;
  const box = { start: [0, 0, 0], shape } as const;
  const piece = { scores: new Float32Array(6 * PIECE).fill(2), rotations: new Int32Array(6 * PIECE).fill(1) };
  const maps = { scores: new Float32Array(6 * PIECE), rotations: new Int32Array(6 * PIECE).fill(-1) };
  let done = 0;
  for (const _ of gatherInto(maps, shape, piece, box)) {
    const now = maps.scores.reduce((sum, score) => sum + score / 2, 0);
    expect(now - done).toBeLessThanOrEqual(PIECE);
    done = now;
  }
  expect(maps).toEqual(piece);
  const copy = new Float32Array(6 * PIECE);
  atOnce(copyBox(piece.scores, box, copy, shape));
  expect(copy).toEqual(piece.scores);
});
