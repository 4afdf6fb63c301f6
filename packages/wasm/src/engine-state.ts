import { type EngineLayout, VECTOR } from "./engine-layout.js";

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
  forEachRun(layout, (vector, voxel, count) => {
    for (let index = 0; index < count; index++) {
      const at = state / 4 + 8 * vector + laneOf(index);
      floats[at] = factor[voxel + index * step]!;
      floats[at + 4] = scoreThreshold;
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
  forEachRun(layout, (vector, _, count) => {
    const best = at.state / 4 + 8 * vector + 4;
    for (let index = 0; index < count; index++) floats[best + laneOf(index)] = scoreThreshold;
    words.fill(-1, at.winners / 4 + 4 * vector, at.winners / 4 + 4 * vector + count);
  });
}

/** Copies best scores and their rotations out, C order; of the lines `from` ... `to` - 1 of b. */
export function readState(
  { floats, words }: Views,
  at: EngineState,
  layout: EngineLayout,
  scores: Float32Array,
  winners: Int32Array | null,
  from = 0,
  to: number = layout.b.kept,
): void {
  const { step } = layout.c;
  const copy = (vector: number, voxel: number, count: number): void => {
    const best = at.state / 4 + 8 * vector + 4;
    for (let index = 0; index < count; index++) scores[voxel + index * step] = floats[best + laneOf(index)]!;
    if (!winners) return;
    const own = at.winners / 4 + 4 * vector;
    for (let index = 0; index < count; index++) winners[voxel + index * step] = words[own + index]!;
  };
  forEachRun(layout, copy, from, to);
}

/** Where value `index` of a run is from its first vector on, in a map whose vectors are 8 numbers apart. */
export function laneOf(index: number): number {
  return 8 * (index >> 2) + (index & 3);
}

/** Lines of b that are gone through side by side: their part of the map lies close together, and each is read in order. */
const SIDE_BY_SIDE = 8;

/** Calls back for each run of vectors of the tiled maps that follow one another along c: the number of its first vector, the flat index of its first voxel, its voxels inside the map, and where the run is in the memory of `Engine.scoreMaps`, in bytes. Of the lines `begin` ... `end` - 1 of b. */
export function forEachRun(
  { a, b, c, startsC, slabPitch }: EngineLayout,
  visit: (vector: number, voxel: number, count: number, mapAt: number) => void,
  begin = 0,
  end: number = b.kept,
): void {
  let next = 0;
  const tiles = startsC.slice(1).map((stop, index) => {
    const [start, first] = [startsC[index]!, next];
    next += b.outputs * a.outputs * (stop - start);
    return { start, first, width: stop - start, count: Math.min(4 * (stop - start), c.kept - 4 * start) };
  });
  for (let from = begin; from < end; from += SIDE_BY_SIDE)
    for (let z = 0; z < a.kept; z++)
      for (let y = from; y < Math.min(from + SIDE_BY_SIDE, end); y++)
        for (const { start, first, width, count } of tiles)
          if (count > 0)
            visit(
              first + (y * a.outputs + z) * width,
              z * a.step + y * b.step + 4 * start * c.step,
              count,
              z * slabPitch + VECTOR * (start * b.outputs + y * width),
            );
}
