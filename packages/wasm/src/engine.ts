import { LOG_ENTRIES } from "./engine-arrangement.js";
import type { EngineShare } from "./engine-share.js";
import { clearState, forEachRun, gatherState, laneOf, type MapPlace, readState } from "./engine-state.js";

interface Exports {
  scan(plan: number, firstIndex: number, secondIndex: number, two: number, quiet: number): void;
  scoreMaps(plan: number, two: number): void;
  survey(plan: number, two: number): void;
  maximumOf(which: number): number;
  giveMaxima(overlap: number, deviations: number, otherOverlap: number, otherDeviations: number): void;
  takeMaps(plan: number, firstIndex: number, secondIndex: number): void;
  keepLogs(at: number, entries: number, stepA: number): void;
  squaresOf(which: number): number;
  highest(): number;
}

/** Hears of improvements by the first (0) or second (1) rotation of a pair: flat voxel indices and scores, in memory that is used again. */
export type Improved = (member: 0 | 1, voxels: Int32Array, scores: Float32Array) => void;

/**
 * Numbers that a rotation has of its own in the score `masked`: the highest overlap of the masks and the highest denominator in the score map, then both of the background template.
 * What is low beside them scores 0.
 */
export const MAXIMA = 4;

/**
 * Scores rotations, two at a time, and keeps the best of each voxel.
 *
 * Rotations 2k and 2k + 1 are to be given together: partners share their rounding. The state lies in the shared memory: `readMaps`
 * reads it from any thread.
 */
export class Engine {
  readonly #share: EngineShare;
  readonly #worker: number;
  readonly #exports: Exports;
  readonly #matrices: Float64Array;

  /** Worker `worker` of `share`; `improved`, where given, hears of every improvement, in a fixed order. */
  constructor(share: EngineShare, worker: number, improved?: Improved) {
    this.#share = share;
    this.#worker = worker;
    const { memory, layout } = share;
    const { logs, matrices } = share.places[worker]!;
    const words = new Int32Array(memory.buffer);
    const floats = new Float32Array(memory.buffer);
    const flush = (which: 0 | 1, count: number): void => {
      const at = logs / 4 + which * 2 * LOG_ENTRIES;
      improved?.(which, words.subarray(at, at + count), floats.subarray(at + LOG_ENTRIES, at + LOG_ENTRIES + count));
    };
    this.#exports = new WebAssembly.Instance(share.module, { env: { memory, flush } }).exports as unknown as Exports;
    this.#exports.keepLogs(logs, improved ? LOG_ENTRIES : 0, layout.a.step);
    this.#matrices = new Float64Array(memory.buffer, matrices, 18);
  }

  /** Highest score found so far; -Infinity before any. */
  get highest(): number {
    return this.#exports.highest();
  }

  /**
   * Takes one or two rotations into the state, `first` at index `firstIndex`; an index of -1 leaves its rotation out. Matrices are
   * 3 x 3 in float64, axes z, y, x. Returns the sums of squares of both rotations' scores. `maxima`, where given, are what `survey` found, here and in other pieces of the target.
   */
  scan(
    first: ArrayLike<number>,
    second: ArrayLike<number> | null,
    firstIndex: number,
    secondIndex: number,
    maxima: Float32Array | null = null,
  ): [number, number] {
    this.#put(first, second);
    const { plan, background } = this.#share.places[this.#worker]!;
    const pair = [firstIndex, second ? secondIndex : -1, second ? 1 : 0] as const;
    if (background) {
      this.#give(maxima?.subarray(2));
      this.#exports.scan(background.plan, ...pair, 1);
    }
    this.#give(maxima);
    this.#exports.scan(plan, ...pair, 0);
    return [this.#exports.squaresOf(0), second ? this.#exports.squaresOf(1) : 0];
  }

  /** As `scan`, to the same bits, but writes the score maps, too: C order of z, y, x. */
  scanMaps(
    first: ArrayLike<number>,
    second: ArrayLike<number> | null,
    firstIndex: number,
    secondIndex: number,
    outFirst: Float32Array,
    outSecond: Float32Array | null,
  ): [number, number] {
    const { plan, background } = this.#share.places[this.#worker]!;
    const ofSecond = second ? secondIndex : -1;
    this.#put(first, second);
    if (background) this.#exports.scan(background.plan, firstIndex, ofSecond, second ? 1 : 0, 1);
    this.scoreMaps(first, second, outFirst, outSecond);
    this.#exports.takeMaps(plan, firstIndex, ofSecond);
    return [this.#exports.squaresOf(0), second ? this.#exports.squaresOf(1) : 0];
  }

  /** Raises `maxima`, which has `MAXIMA` numbers for each of one or two rotations, to what they have with the score `masked`. */
  survey(first: ArrayLike<number>, second: ArrayLike<number> | null, maxima: Float32Array): void {
    this.#put(first, second);
    const { plan, background } = this.#share.places[this.#worker]!;
    const raise = (own: number, at: number): void => {
      this.#exports.survey(own, second ? 1 : 0);
      for (let which = 0; which < (second ? 4 : 2); which++) {
        const to = at + MAXIMA * (which >> 1) + (which & 1);
        maxima[to] = Math.max(maxima[to]!, this.#exports.maximumOf(which));
      }
    };
    raise(plan, 0);
    if (background) raise(background.plan, 2);
  }

  /** Writes the score maps of one or two rotations, C order of z, y, x. `maxima` as in `scan`. */
  scoreMaps(
    first: ArrayLike<number>,
    second: ArrayLike<number> | null,
    outFirst: Float32Array,
    outSecond: Float32Array | null,
    maxima: Float32Array | null = null,
  ): void {
    const { memory, layout, places } = this.#share;
    const { plan, slabs, state } = places[this.#worker]!;
    this.#put(first, second);
    this.#give(maxima);
    this.#exports.scoreMaps(plan, second ? 1 : 0);
    const floats = new Float32Array(memory.buffer);
    const { step } = layout.c;
    forEachRun(layout, (vector, voxel, count, mapAt) => {
      const [first, factors] = [(slabs + mapAt) / 4, state / 4 + 8 * vector];
      const copy = (out: Float32Array, from: number): void => {
        for (let index = 0; index < count; index++) {
          const lane = laneOf(index);
          out[voxel + index * step] = floats[from + lane]! * floats[factors + lane]!;
        }
      };
      copy(outFirst, first);
      if (outSecond) copy(outSecond, first + 4);
    });
  }

  #give(maxima: Float32Array | null | undefined): void {
    if (!maxima) return;
    const [overlap, deviations, otherOverlap = 0, otherDeviations = 0] = [0, 1, MAXIMA, MAXIMA + 1].map(
      (at) => maxima[at],
    );
    this.#exports.giveMaxima(overlap!, deviations!, otherOverlap, otherDeviations);
  }

  #put(first: ArrayLike<number>, second: ArrayLike<number> | null): void {
    this.#matrices.set(first);
    if (second) this.#matrices.set(second, 9);
  }
}

/** Copies a worker's best scores and their rotations out of the shared memory, C order; it may be at work meanwhile. */
export function readMaps(share: EngineShare, worker: number, scores: Float32Array, winners: Int32Array): void {
  readState(viewsOf(share), share.places[worker]!, share.layout, scores, winners);
}

/**
 * Takes a worker's best scores and their rotations into others, where its own lie as `place` says: the higher score wins, ties go to the lower rotation. It may be at work meanwhile.
 * The caller may pause between parts of less than a millisecond.
 */
export function gatherMaps(
  share: EngineShare,
  worker: number,
  { scores, rotations }: { readonly scores: Float32Array; readonly rotations: Int32Array },
  place?: MapPlace,
): Generator<void, void, void> {
  return gatherState(viewsOf(share), share.places[worker]!, share.layout, scores, rotations, place);
}

/** The same of the best scores of the background template, at least 0. Throws an `Error` for a search without one. */
export function gatherBackground(
  share: EngineShare,
  worker: number,
  scores: Float32Array,
  place?: MapPlace,
): Generator<void, void, void> {
  const { background } = share.places[worker]!;
  if (!background) throw new Error("the search has no background template");
  return gatherState(viewsOf(share), background, share.layout, scores, null, place);
}

/** Takes a worker's maps back to before any rotation; it isn't at work meanwhile. */
export function clearMaps(share: EngineShare, worker: number, scoreThreshold: number): void {
  const place = share.places[worker]!;
  clearState(viewsOf(share), place, share.layout, scoreThreshold);
  if (place.background) clearState(viewsOf(share), place.background, share.layout, 0);
}

function viewsOf({ memory }: EngineShare): { readonly floats: Float32Array; readonly words: Int32Array } {
  return { floats: new Float32Array(memory.buffer), words: new Int32Array(memory.buffer) };
}
