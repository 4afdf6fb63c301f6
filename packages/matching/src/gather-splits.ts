import type { ScoreBox } from "./extend-target.js";
import { PIECE } from "./in-turns.js";

type Shape3 = readonly [number, number, number];

/** Best scores and their rotations, C order. */
export interface Winners {
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
}

/**
 * Takes states that each hold the best of some of the rotations, for the piece of the maps in `box`, into the maps of `shape`: the higher score wins, ties go to the lower
 * rotation index.
 */
export function gatherInto(maps: Winners, shape: Shape3, states: Iterable<Winners>, box: ScoreBox): void {
  const { scores: best, rotations: winners } = maps;
  for (const { scores, rotations } of states)
    forEachRow(box, shape, (from, to, length) => {
      for (let x = 0; x < length; x++) {
        const score = scores[from + x]!;
        const rotation = rotations[from + x]!;
        if (score > best[to + x]! || (score === best[to + x]! && rotation >= 0 && rotation < winners[to + x]!)) {
          best[to + x] = score;
          winners[to + x] = rotation;
        }
      }
    });
}

/** A state of the piece in `box`, cut along the first axis: each slab and its box. */
export function* slabsOf(
  { scores, rotations }: Winners,
  { start, shape: [depth, height, width] }: ScoreBox,
): Generator<[Winners, ScoreBox]> {
  const plane = height * width;
  const most = Math.max(1, Math.floor(PIECE / plane));
  for (let z = 0; z < depth; z += most) {
    const [from, to] = [z * plane, Math.min(z + most, depth) * plane];
    const slab = { scores: scores.subarray(from, to), rotations: rotations.subarray(from, to) };
    yield [slab, { start: [start[0] + z, start[1], start[2]], shape: [(to - from) / plane, height, width] }];
  }
}

/** Copies a piece into its box of an array of `shape`. */
export function copyBox<Values extends Float32Array | Int32Array>(
  piece: Values,
  box: ScoreBox,
  into: Values,
  shape: Shape3,
): void {
  forEachRow(box, shape, (from, to, length) => {
    into.set(piece.subarray(from, from + length), to);
  });
}

/** Calls back for each row of a box: where it starts in the box and in the whole, and its length; one row where the box is the whole. */
export function forEachRow(
  { start, shape: [depth, height, width] }: ScoreBox,
  [, wholeHeight, wholeWidth]: Shape3,
  visit: (from: number, to: number, length: number) => void,
): void {
  if (height === wholeHeight && width === wholeWidth) {
    visit(0, start[0] * height * width, depth * height * width);
    return;
  }
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      visit((z * height + y) * width, ((start[0] + z) * wholeHeight + start[1] + y) * wholeWidth + start[2], width);
}
