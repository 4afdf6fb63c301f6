import type { Pausable } from "@rotoscope/core";
import type { ScoreBox } from "./extend-target.js";
import { PIECE } from "./in-turns.js";

type Shape3 = readonly [number, number, number];

/** Best scores and their rotations, C order. */
export interface Winners {
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
}

/**
 * Takes the best of some of the rotations, for the piece of the maps in `box`, into the maps of `shape`: the higher score wins, ties go to the lower rotation index.
 */
export function* gatherInto(maps: Winners, shape: Shape3, { scores, rotations }: Winners, box: ScoreBox): Pausable {
  const { scores: best, rotations: winners } = maps;
  for (const { from, to, length } of rowsOf(box, shape)) {
    for (let x = 0; x < length; x++) {
      const score = scores[from + x]!;
      const rotation = rotations[from + x]!;
      if (score > best[to + x]! || (score === best[to + x]! && rotation >= 0 && rotation < winners[to + x]!)) {
        best[to + x] = score;
        winners[to + x] = rotation;
      }
    }
    yield;
  }
}

/** Copies a piece into its box of an array of `shape`. */
export function* copyBox<Values extends Float32Array | Int32Array>(
  piece: Values,
  box: ScoreBox,
  into: Values,
  shape: Shape3,
): Pausable {
  for (const { from, to, length } of rowsOf(box, shape)) {
    into.set(piece.subarray(from, from + length), to);
    yield;
  }
}

/** The rows of a box: where each starts in the box and in the whole, and its length; parts of planes where the box has whole ones. */
function* rowsOf(
  { start, shape: [depth, height, width] }: ScoreBox,
  [, wholeHeight, wholeWidth]: Shape3,
): Generator<{ readonly from: number; readonly to: number; readonly length: number }> {
  if (height === wholeHeight && width === wholeWidth) {
    const [first, size] = [start[0] * height * width, depth * height * width];
    for (let from = 0; from < size; from += PIECE)
      yield { from, to: first + from, length: Math.min(PIECE, size - from) };
    return;
  }
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++) {
      const to = ((start[0] + z) * wholeHeight + start[1] + y) * wholeWidth + start[2];
      yield { from: (z * height + y) * width, to, length: width };
    }
}
