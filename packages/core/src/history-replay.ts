import { RotoscopeError } from "./errors.js";
import type { History, HistoryStep } from "./history.js";
import type { ResultFields } from "./result.js";
import { BLOCK_BITS, inBlocks } from "./voxel-blocks.js";

/** The maps of a run after its last step. */
export type FinalMaps = Pick<ResultFields, "scores" | "rotations">;

/** The maps after a step, kept so that a far move needn't start at the last one. */
export interface Keyframe {
  readonly step: number;
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
}

/** Moves over fewer entries go step by step. */
const LONG_MOVE = 200_000;
/** A copy of the maps costs about as much as this many entries per voxel. */
const COPY_COST = 0.5;
/** Entries per voxel between two keyframes. */
const KEYFRAME_EVERY = 2;

const replays = new WeakMap<History, HistoryReplay>();

/** What cursors of one history share. */
export function replayOf(history: History, result: FinalMaps): HistoryReplay {
  const known = replays.get(history);
  if (known?.isOf(result)) return known;
  const replay = new HistoryReplay(history, result);
  replays.set(history, replay);
  return replay;
}

/**
 * Undoes and redoes the steps of a history. A long move takes the voxels block by block, each through all steps, so that its part of the maps stays in the
 * processor's cache: entries of late steps lie far apart.
 */
export class HistoryReplay {
  readonly stepCount: number;
  readonly #history: History;
  readonly #last: Keyframe;
  readonly #keyframes: Keyframe[];
  readonly #blocks: number;
  /** Per step where the entries before it end. */
  readonly #ends: Float64Array;
  /** Per step the scores that it brought, known once it was undone. */
  readonly #after: (Float32Array | undefined)[] = [];
  /** Per step where each block of voxels starts. */
  readonly #starts: (Int32Array | undefined)[] = [];
  /** Steps in the order of their blocks, where the history has them in another. */
  readonly #sorted: (HistoryStep | undefined)[] = [];

  constructor(history: History, { scores, rotations }: FinalMaps) {
    this.#history = history;
    this.stepCount = history.stepCount;
    this.#last = { step: history.stepCount, scores: scores.data, rotations: rotations.data };
    this.#keyframes = [this.#last];
    this.#blocks = ((scores.data.length - 1) >>> BLOCK_BITS) + 1;
    this.#ends = new Float64Array(history.stepCount + 1);
    for (let k = 1; k <= history.stepCount; k++) this.#ends[k] = this.#ends[k - 1]! + history.step(k).voxel.length;
  }

  isOf({ scores, rotations }: FinalMaps): boolean {
    return this.#last.scores === scores.data && this.#last.rotations === rotations.data;
  }

  /** The first keyframe at or after `step`. */
  nearestKeyframe(step: number): Keyframe {
    return this.#keyframes.reduce((best, frame) => (frame.step >= step && frame.step < best.step ? frame : best));
  }

  /** Whether to start from a keyframe, or from where one is, to get to `target`. */
  route(from: number, target: number): { readonly keyframe: Keyframe | null } {
    const keyframe = this.nearestKeyframe(target);
    const viaKeyframe = this.#entries(target, keyframe.step) + COPY_COST * this.#last.scores.length;
    const direct = target <= from || this.#knows(from, target) ? this.#entries(from, target) : Number.POSITIVE_INFINITY;
    return { keyframe: viaKeyframe < direct ? keyframe : null };
  }

  /** Takes the maps from after step `from` back to after step `to`; leaves keyframes on a long way. */
  undo(scores: Float32Array, rotations: Int32Array, from: number, to: number): void {
    const spacing = KEYFRAME_EVERY * scores.length;
    let step = from;
    while (step > to) {
      const above = this.nearestKeyframe(step);
      let stop = step - 1;
      while (stop > to && this.#entries(stop, above.step) < spacing) stop--;
      this.#undoRange(scores, rotations, step, stop, stop === to);
      step = stop;
      if (step > to && this.#entries(step, above.step) >= spacing && this.#ends[step]! > spacing)
        this.#keyframes.push({ step, scores: scores.slice(), rotations: rotations.slice() });
    }
  }

  /** Takes the maps from after step `from` on to after step `to`; these steps have been undone before. */
  redo(scores: Float32Array, rotations: Int32Array, from: number, to: number): void {
    if (to - from < 2 || this.#entries(from, to) < LONG_MOVE) {
      for (let k = from + 1; k <= to; k++) {
        const { voxel } = this.#step(k);
        redoEntries(scores, rotations, voxel, this.#after[k]!, k - 1, 0, voxel.length);
      }
      return;
    }
    for (let block = 0; block < this.#blocks; block++)
      for (let k = from + 1; k <= to; k++) {
        const starts = this.#starts[k]!;
        const { voxel } = this.#step(k);
        redoEntries(scores, rotations, voxel, this.#after[k]!, k - 1, starts[block]!, starts[block + 1]!);
      }
  }

  /** `noted`: keeps the scores that redoing brings back. */
  #undoRange(scores: Float32Array, rotations: Int32Array, from: number, to: number, noted: boolean): void {
    const long = from - to > 1 && this.#entries(to, from) >= LONG_MOVE;
    const blocks = long ? this.#blocks : 1;
    for (let k = to + 1; k <= from; k++) this.#starts[k] ??= this.#startsOf(k);
    const known = Array.from({ length: from - to }, (_, i) => this.#after[to + 1 + i] !== undefined);
    if (noted)
      for (let k = to + 1; k <= from; k++) this.#after[k] ??= new Float32Array(this.#history.step(k).voxel.length);
    for (let block = 0; block < blocks; block++)
      for (let k = from; k > to; k--) {
        const step = this.#step(k);
        const start = long ? this.#starts[k]![block]! : 0;
        const end = long ? this.#starts[k]![block + 1]! : step.voxel.length;
        if (start === end) continue;
        undoEntries(scores, rotations, step, known[k - to - 1] ? null : (this.#after[k] ?? null), start, end);
      }
  }

  #step(k: number): HistoryStep {
    return this.#sorted[k] ?? this.#history.step(k);
  }

  #entries(a: number, b: number): number {
    return Math.abs(this.#ends[b]! - this.#ends[a]!);
  }

  #knows(from: number, to: number): boolean {
    for (let k = from + 1; k <= to; k++) if (this.#after[k] === undefined) return false;
    return true;
  }

  /** Finds where the blocks of step `k` start, and brings it into their order where it isn't. */
  #startsOf(k: number): Int32Array {
    const blocks = this.#blocks;
    const { voxel } = this.#step(k);
    const starts = new Int32Array(blocks + 1);
    let [block, sorted] = [0, true];
    for (let entry = 0; entry < voxel.length; entry++) {
      const own = voxel[entry]! >>> BLOCK_BITS;
      if (own >= blocks) throw new RotoscopeError("argument", `step ${k} of the history: voxel ${voxel[entry]}`);
      if (own < block) sorted = false;
      while (block < own) starts[++block] = entry;
    }
    while (block < blocks) starts[++block] = voxel.length;
    if (sorted) return starts;
    this.#sorted[k] = inBlocks(this.#history.step(k));
    return this.#startsOf(k);
  }
}

function undoEntries(
  scores: Float32Array,
  rotations: Int32Array,
  { voxel, score, rotation }: HistoryStep,
  after: Float32Array | null,
  start: number,
  end: number,
): void {
  for (let entry = start; entry < end; entry++) {
    const at = voxel[entry]!;
    if (after !== null) after[entry] = scores[at]!;
    scores[at] = score[entry]!;
    rotations[at] = rotation[entry]!;
  }
}

function redoEntries(
  scores: Float32Array,
  rotations: Int32Array,
  voxel: Int32Array,
  after: Float32Array,
  index: number,
  start: number,
  end: number,
): void {
  for (let entry = start; entry < end; entry++) {
    const at = voxel[entry]!;
    scores[at] = after[entry]!;
    rotations[at] = index;
  }
}
