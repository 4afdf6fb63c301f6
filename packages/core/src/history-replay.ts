import { RotoscopeError } from "./errors.js";
import type { History, HistoryStep } from "./history.js";
import { atOnce } from "./pausable.js";
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
/** Entries per voxel between two keyframes, at least. */
const KEYFRAME_EVERY = 2;
/** What keyframes may take in all, in bytes. */
const KEYFRAME_BYTES = 2 ** 30;
/** Entries whose new scores are kept for redoing. */
const MOST_NOTED = 2 ** 27;
/** Entries that are taken at a time on a long way. */
const PIECE = 2 ** 20;
/** The same where others are to have their turn in between. */
const SHORT_PIECE = 2 ** 18;
/** Elements that are gone through before they have it: a fraction of a millisecond, as a rule. */
const PART = 2 ** 15;

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
  readonly #spacing: number;
  #noted = 0;
  #prepared = false;
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
    for (let k = 1; k <= history.stepCount; k++)
      this.#ends[k] = this.#ends[k - 1]! + (history.count?.(k) ?? history.step(k).voxel.length);
    const bytes = 8 * scores.data.length;
    const keyframes = Math.max(1, Math.floor(KEYFRAME_BYTES / bytes));
    this.#spacing = Math.max(KEYFRAME_EVERY * scores.data.length, this.#ends[this.stepCount]! / (keyframes + 1));
  }

  isOf({ scores, rotations }: FinalMaps): boolean {
    return this.#last.scores === scores.data && this.#last.rotations === rotations.data;
  }

  /** The first keyframe at or after `step`. */
  nearestKeyframe(step: number): Keyframe {
    return this.#keyframes.reduce((best, frame) => (frame.step >= step && frame.step < best.step ? frame : best));
  }

  /** Whether to start from a keyframe, and which, or from where one is, to get to `target`. */
  route(from: number, target: number): { readonly keyframe: Keyframe | null } {
    const cost = (step: number): number =>
      target <= step || this.#knows(step, target) ? this.#entries(step, target) : Number.POSITIVE_INFINITY;
    const costs = this.#keyframes.map((frame) => ({ frame, cost: cost(frame.step) }));
    const nearest = costs.reduce((best, other) => (other.cost < best.cost ? other : best));
    const viaKeyframe = nearest.cost + COPY_COST * this.#last.scores.length;
    return { keyframe: viaKeyframe < cost(from) ? nearest.frame : null };
  }

  /**
   * Goes through the whole history once, from its end, and leaves what makes later moves quick: keyframes, and the scores that redoing
   * brings back. Yields after every fraction of a millisecond, as a rule.
   */
  *prepare(): Generator<void, void> {
    if (this.#prepared) return;
    const scores = yield* copyOf(this.#last.scores);
    const rotations = yield* copyOf(this.#last.rotations);
    for (let step = this.stepCount; step > 0; ) {
      const large = this.#entries(step - 1, step) > SHORT_PIECE;
      if (large) yield* this.#undoInParts(scores, rotations, step);
      const next = large ? step - 1 : yield* this.#undoPiece(scores, rotations, step, 0, SHORT_PIECE);
      if (this.#wantsKeyframe(next))
        this.#keyframes.push({ step: next, scores: yield* copyOf(scores), rotations: yield* copyOf(rotations) });
      step = next;
    }
    this.#prepared = true;
  }

  /** Takes the maps from after step `from` back to after step `to`; leaves keyframes on a long way. */
  undo(scores: Float32Array, rotations: Int32Array, from: number, to: number): void {
    for (let step = from; step > to; ) {
      step = atOnce(this.#undoPiece(scores, rotations, step, to, PIECE));
      if (step > to && this.#wantsKeyframe(step))
        this.#keyframes.push({ step, scores: scores.slice(), rotations: rotations.slice() });
    }
  }

  /** Takes the maps from after step `from` on to after step `to`; these steps have been undone before. */
  redo(scores: Float32Array, rotations: Int32Array, from: number, to: number): void {
    for (let step = from; step < to; ) {
      let last = step + 1;
      while (last < to && this.#entries(step, last + 1) <= PIECE) last++;
      this.#redoPiece(scores, rotations, step, last);
      step = last;
    }
  }

  #redoPiece(scores: Float32Array, rotations: Int32Array, from: number, to: number): void {
    const steps = Array.from({ length: to - from }, (_, i) => this.#step(from + 1 + i));
    const long = to - from > 1 && this.#entries(from, to) >= LONG_MOVE;
    for (let block = 0; block < (long ? this.#blocks : 1); block++)
      for (let k = from + 1; k <= to; k++) {
        const { voxel } = steps[k - from - 1]!;
        const start = long ? this.#starts[k]![block]! : 0;
        const end = long ? this.#starts[k]![block + 1]! : voxel.length;
        if (start < end) redoEntries(scores, rotations, voxel, this.#after[k]!, k - 1, start, end);
      }
  }

  /** Undoes steps from `from` on, some entries but one step at least, and returns where that leads. */
  *#undoPiece(
    scores: Float32Array,
    rotations: Int32Array,
    from: number,
    least: number,
    most: number,
  ): Generator<void, number> {
    let to = from - 1;
    while (to > least && this.#entries(to - 1, from) <= most) to--;
    const steps: HistoryStep[] = [];
    for (let k = to + 1; k <= from; k++) steps.push(yield* this.#noteStep(k));
    const notes = this.#notesFor(steps, to);
    const long = from - to > 1 && this.#entries(to, from) >= LONG_MOVE;
    let undone = 0;
    for (let block = 0; block < (long ? this.#blocks : 1); block++)
      for (let k = from; k > to; k--) {
        const step = steps[k - to - 1]!;
        const end = long ? this.#starts[k]![block + 1]! : step.voxel.length;
        for (let start = long ? this.#starts[k]![block]! : 0; start < end; start += PART) {
          const stop = Math.min(start + PART, end);
          undoEntries(scores, rotations, step, notes[k - to - 1]!, start, stop);
          undone += stop - start;
          if (undone < PART) continue;
          yield;
          undone = 0;
        }
      }
    return to;
  }

  /** Undoes step `k`, which has many entries, and yields between parts of it. */
  *#undoInParts(scores: Float32Array, rotations: Int32Array, k: number): Generator<void, void> {
    const step = yield* this.#noteStep(k);
    const [notes] = this.#notesFor([step], k - 1);
    for (let start = 0; start < step.voxel.length; start += PART) {
      undoEntries(scores, rotations, step, notes!, start, Math.min(start + PART, step.voxel.length));
      yield;
    }
  }

  /** Where the scores that the steps after step `to` brought are to be noted, per step; null where they are known. */
  #notesFor(steps: readonly HistoryStep[], to: number): (Float32Array | null)[] {
    if (!this.#knows(to, to + steps.length)) this.#makeRoom(this.#entries(to, to + steps.length));
    return steps.map(({ voxel }, i) => {
      if (this.#after[to + 1 + i] !== undefined) return null;
      this.#noted += voxel.length;
      const notes = new Float32Array(voxel.length);
      this.#after[to + 1 + i] = notes;
      return notes;
    });
  }

  /** Forgets the new scores that are kept where `entries` more would be too many. */
  #makeRoom(entries: number): void {
    if (this.#noted + entries <= MOST_NOTED) return;
    this.#after.fill(undefined);
    this.#noted = 0;
  }

  /** Whether the maps after `step` are far enough from those that are kept. */
  #wantsKeyframe(step: number): boolean {
    const distances = this.#keyframes.map((frame) => this.#entries(step, frame.step));
    return Math.min(...distances) >= this.#spacing && this.#ends[step]! >= this.#spacing / 2;
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

  /** Step `k`, once it is known where its blocks start, and in their order where it isn't. */
  *#noteStep(k: number): Generator<void, HistoryStep> {
    const step = this.#step(k);
    if (this.#starts[k]) return step;
    const starts = yield* startsOf(step.voxel, this.#blocks, k);
    if (starts === null) {
      this.#sorted[k] = inBlocks(step);
      return yield* this.#noteStep(k);
    }
    this.#starts[k] = starts;
    return step;
  }
}

function* copyOf<Values extends Float32Array | Int32Array>(values: Values): Generator<void, Values> {
  const copy = new (values.constructor as new (length: number) => Values)(values.length);
  for (let from = 0; from < values.length; from += PART) {
    copy.set(values.subarray(from, from + PART), from);
    yield;
  }
  return copy;
}

/** Where the blocks of step `k` start; null when it isn't in their order. */
function* startsOf(voxel: Int32Array, blocks: number, k: number): Generator<void, Int32Array | null> {
  const starts = new Int32Array(blocks + 1);
  let block = 0;
  for (let from = 0; from < voxel.length; from += PART) {
    for (let entry = from; entry < Math.min(from + PART, voxel.length); entry++) {
      const own = voxel[entry]! >>> BLOCK_BITS;
      if (own === block) continue;
      if (own >= blocks) throw new RotoscopeError("argument", `step ${k} of the history: voxel ${voxel[entry]}`);
      if (own < block) return null;
      while (block < own) starts[++block] = entry;
    }
    if (voxel.length > PART) yield;
  }
  while (block < blocks) starts[++block] = voxel.length;
  return starts;
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
