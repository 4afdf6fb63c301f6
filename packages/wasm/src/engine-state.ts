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

/** Makes a state of `bytes` bytes the same as another one of the same memory. */
export function copyState(words: Int32Array, from: EngineState, to: EngineState, bytes: number): void {
  words.copyWithin(to.state / 4, from.state / 4, (from.state + bytes) / 4);
  words.copyWithin(to.winners / 4, from.winners / 4, (from.winners + bytes / 2) / 4);
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

/** Copies best scores and their rotations out, C order. */
export function readState(
  { floats, words }: Views,
  at: EngineState,
  layout: EngineLayout,
  scores: Float32Array,
  winners: Int32Array,
): void {
  const { step } = layout.c;
  forEachRun(layout, (vector, voxel, count) => {
    const best = at.state / 4 + 8 * vector + 4;
    for (let index = 0; index < count; index++) scores[voxel + index * step] = floats[best + laneOf(index)]!;
    const own = at.winners / 4 + 4 * vector;
    for (let index = 0; index < count; index++) winners[voxel + index * step] = words[own + index]!;
  });
}

/** Where a score map lies in a larger one of C order: the flat index of its first voxel, and the steps of its axes z, y, x. */
export interface MapPlace {
  readonly first: number;
  readonly steps: readonly [number, number, number];
}

/** Voxels that are gathered before the caller may pause. */
const PART = 2 ** 15;

/** Takes best scores and, where given, their rotations into others: the higher score wins, ties go to the lower rotation. By default they are of the same shape. */
export function* gatherState(
  { floats, words }: Views,
  at: EngineState,
  layout: EngineLayout,
  scores: Float32Array,
  winners: Int32Array | null,
  place: MapPlace = { first: 0, steps: stepsOf(layout) },
): Generator<void, void, void> {
  const [a, b, c] = [layout.a, layout.b, layout.c].map((axis) => ({ ...axis, step: place.steps[axis.axis]! }));
  const placed = { ...layout, a: a!, b: b!, c: c! };
  const { step } = placed.c;
  const gather = (vector: number, voxel: number, count: number): void => {
    const best = at.state / 4 + 8 * vector + 4;
    const own = at.winners / 4 + 4 * vector;
    for (let index = 0, to = place.first + voxel; index < count; index++, to += step) {
      const score = floats[best + laneOf(index)]!;
      if (!(score >= scores[to]!)) continue;
      const winner = words[own + index]!;
      if (score === scores[to] && !(winners && winner >= 0 && winner < winners[to]!)) continue;
      scores[to] = score;
      if (winners) winners[to] = winner;
    }
  };
  const planes = Math.max(1, Math.floor(PART / (SIDE_BY_SIDE * layout.c.kept)));
  for (let line = 0; line < layout.b.kept; line += SIDE_BY_SIDE)
    for (let plane = 0; plane < layout.a.kept; plane += planes) {
      const lines = [line, Math.min(line + SIDE_BY_SIDE, layout.b.kept)] as const;
      forEachRun(placed, gather, lines, [plane, Math.min(plane + planes, layout.a.kept)]);
      yield;
    }
}

function stepsOf({ a, b, c }: EngineLayout): [number, number, number] {
  const steps: [number, number, number] = [0, 0, 0];
  for (const { axis, step } of [a, b, c]) steps[axis] = step;
  return steps;
}

/** Where value `index` of a run is from its first vector on, in a map whose vectors are 8 numbers apart. */
export function laneOf(index: number): number {
  return 8 * (index >> 2) + (index & 3);
}

/** Lines of b that are gone through side by side: their part of the map lies close together, and each is read in order. */
const SIDE_BY_SIDE = 8;

/** Calls back for each run of vectors of the tiled maps that follow one another along c: the number of its first vector, the flat index of its first voxel, its voxels inside the map, and where the run is in the memory of `Engine.scoreMaps`, in bytes. Of the lines of b and the planes of a in these ranges, by default of all. */
export function forEachRun(
  { a, b, c, startsC, slabPitch }: EngineLayout,
  visit: (vector: number, voxel: number, count: number, mapAt: number) => void,
  [begin, end]: readonly [number, number] = [0, b.kept],
  [first, last]: readonly [number, number] = [0, a.kept],
): void {
  let next = 0;
  const tiles = startsC.slice(1).map((stop, index) => {
    const [start, vector] = [startsC[index]!, next];
    next += b.outputs * a.outputs * (stop - start);
    return { start, vector, width: stop - start, count: Math.min(4 * (stop - start), c.kept - 4 * start) };
  });
  for (let from = begin; from < end; from += SIDE_BY_SIDE)
    for (let z = first; z < last; z++)
      for (let y = from; y < Math.min(from + SIDE_BY_SIDE, end); y++)
        for (const { start, vector, width, count } of tiles)
          if (count > 0)
            visit(
              vector + (y * a.outputs + z) * width,
              z * a.step + y * b.step + 4 * start * c.step,
              count,
              z * slabPitch + VECTOR * (start * b.outputs + y * width),
            );
}
