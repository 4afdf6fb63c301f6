import type { EngineLayout } from "./engine-layout.js";

/** Where a template's best scores and their rotations are, in bytes, and the plan that leads there. */
export interface EngineState {
  readonly plan: number;
  readonly state: number;
  readonly winners: number;
}

/** The memory of a search. */
interface Views {
  readonly floats: Float32Array;
  readonly words: Int32Array;
}

/**
 * A state before any rotation; `factor`: what each score is multiplied by, C order. Lanes that aren't of the map keep a best score of Infinity and a factor of 0, so that they never improve nor count. `bytes` is the state's size.
 */
export function fillState(
  { floats, words }: Views,
  { state, winners }: EngineState,
  layout: EngineLayout,
  bytes: number,
  factor: Float32Array,
  scoreThreshold: number,
): void {
  for (let at = state / 4; at < (state + bytes) / 4; at += 8)
    for (let lane = 0; lane < 4; lane++) {
      floats[at + lane] = 0;
      floats[at + 4 + lane] = Number.POSITIVE_INFINITY;
    }
  words.fill(-1, winners / 4, (winners + bytes / 2) / 4);
  const { step } = layout.c;
  forEachVector(layout, (vector, voxel, lanes) => {
    const at = state / 4 + 8 * vector;
    for (let lane = 0; lane < lanes; lane++) {
      floats[at + lane] = factor[voxel + lane * step]!;
      floats[at + 4 + lane] = scoreThreshold;
    }
  });
}

/** Takes a state back to before any rotation. */
export function clearState(
  { floats, words }: Views,
  at: EngineState,
  layout: EngineLayout,
  scoreThreshold: number,
): void {
  forEachVector(layout, (vector, _, lanes) => {
    const best = at.state / 4 + 8 * vector + 4;
    floats.fill(scoreThreshold, best, best + lanes);
    words.fill(-1, at.winners / 4 + 4 * vector, at.winners / 4 + 4 * vector + 4);
  });
}

/** Copies best scores and their rotations out, C order. */
export function readState(
  { floats, words }: Views,
  at: EngineState,
  layout: EngineLayout,
  scores: Float32Array,
  winners: Int32Array | null,
): void {
  forEachVector(layout, (vector, voxel, lanes) => {
    for (let lane = 0; lane < lanes; lane++) {
      scores[voxel + lane * layout.c.step] = floats[at.state / 4 + 8 * vector + 4 + lane]!;
      if (winners) winners[voxel + lane * layout.c.step] = words[at.winners / 4 + 4 * vector + lane]!;
    }
  });
}

/** Calls back for each vector of the tiled maps, in their order: its number, the flat index of its first voxel, its lanes inside the map. */
export function forEachVector(
  { a, b, c, startsC }: EngineLayout,
  visit: (vector: number, voxel: number, lanes: number) => void,
): void {
  for (let tile = 1, first = 0; tile < startsC.length; tile++) {
    const [start, end] = [startsC[tile - 1]!, startsC[tile]!];
    for (let y = 0; y < b.kept; y++)
      for (let z = 0; z < a.kept; z++) {
        const vector = first + (y * a.outputs + z) * (end - start);
        for (let v = start; v < end && 4 * v < c.kept; v++)
          visit(vector + v - start, z * a.step + y * b.step + 4 * v * c.step, Math.min(4, c.kept - 4 * v));
      }
    first += b.outputs * a.outputs * (end - start);
  }
}
