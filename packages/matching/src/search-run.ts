import type { AnalyzerStates, RangeImprovements, SearchState } from "@rotoscope/arrow";
import { atOnce, type NdArray, ndarray, type Pausable, sizeOf } from "@rotoscope/core";
import { MAXIMA } from "@rotoscope/wasm";
import { Analysis } from "./analysis.js";
import type { RotationScores } from "./analyzer.js";
import { backgroundCorrection } from "./background.js";
import { collectGarbage } from "./collect-garbage.js";
import type { ScoreBox } from "./extend-target.js";
import { copyBox, type Winners } from "./gather-splits.js";
import { HistoryKeeper } from "./history-keeper.js";
import { inPieces, inTurns } from "./in-turns.js";
import { type HandedRange, PieceScan, type PieceScanOptions } from "./piece-scan.js";
import { surveysFirst } from "./plan-pieces.js";
import { countOf, firstEqual, type RotationRange, remainingRanges } from "./rotation-ranges.js";
import { RotationStepper } from "./rotation-stepper.js";
import type { SearchPlan } from "./search-plan.js";

/** What was done of a search: rotations of piece p count from p x `perPiece` on. */
export interface SearchRecord {
  readonly done: readonly RotationRange[];
  readonly squares: Float64Array;
  /** Per range of `done`, in the same order; by flat voxel of the whole map. */
  readonly improvements: readonly RangeImprovements[];
}

/** The best score per voxel and its rotation. */
interface Maps {
  readonly scores: NdArray<Float32Array>;
  readonly rotations: NdArray<Int32Array>;
}

/** Scores all rotations against all pieces of the target, one piece after the other, and knows what is done. */
export class SearchRun {
  /** Sentences on what went wrong on the way. */
  readonly warnings: string[] = [];
  /** Numbers of a piece's rotations: those of the list, made even where there are several pieces, so that pairs stay together. */
  readonly perPiece: number;
  /** Per rotation the first one with the same bytes. */
  readonly firstEqual: Int32Array;
  /** The analyzers' results, once `run` has ended. */
  analyzers: readonly unknown[] = [];
  /** Has the improvements. */
  readonly keeper: HistoryKeeper;
  /** Best scores of the background template in the pieces that are done, at least 0; null without one. */
  readonly background: Float32Array | null;
  /** What the background takes off the scores, once `run` has ended; null without one. */
  correction: Float32Array | null = null;
  readonly #plan: SearchPlan;
  readonly #shape: readonly [number, number, number];
  /** The best of the pieces that are done, and of what was done before; null before there is any. */
  #found: Winners | null;
  #relativeStd: Float32Array | null = null;
  /** What finished pieces, and an earlier run, have handed over. */
  #finished: readonly HandedRange[];
  #current: PieceScan | null = null;
  /** Rotations surveyed in the pieces that are done, or that needn't be any more. */
  #surveyed = 0;
  #maxFound: number;
  #stopped = false;
  #taking: Promise<unknown> | null = null;
  #analysis: Analysis | null = null;
  /** What the analyzers have once all rotations are scored, or as many as there will be. */
  #lastStates: Promise<AnalyzerStates | null> | null = null;
  #stepper: RotationStepper | null = null;

  constructor(plan: SearchPlan) {
    this.#plan = plan;
    this.#shape = plan.prepare.shape;
    const { scoreThreshold, historyAbove: above, historyMemory: memory } = plan;
    this.keeper = new HistoryKeeper({ shape: this.#shapeOfMaps, scoreThreshold, above, memory });
    this.#finished = plan.resume ? handedBefore(plan.resume, this.keeper) : [];
    const rotations = plan.rotations.shape[0]!;
    this.perPiece = plan.pieces.length === 1 ? rotations : rotations + (rotations % 2);
    this.firstEqual = firstEqual(plan.rotations);
    const without = plan.prepare.background === null;
    this.background = without ? null : (plan.resume?.background?.slice() ?? new Float32Array(sizeOf(this.#shape)));
    this.#found = plan.resume && copyOf({ scores: plan.resume.scores.data, rotations: plan.resume.rotations.data });
    this.#maxFound = this.#found ? highest(this.#found.scores, plan.scoreThreshold) : plan.scoreThreshold;
    if (this.surveysFirst) this.#surveyed = (rotations - countOf(this.#unscored)) * plan.pieces.length;
  }

  /** Local standard deviation over the target's, per voxel; NaN where it isn't known. */
  get relativeStd(): Float32Array {
    this.#relativeStd ??= new Float32Array(sizeOf(this.#shape)).fill(Number.NaN);
    return this.#relativeStd;
  }

  /** Whether all pieces are surveyed before any is scored: see `surveysFirst`. */
  get surveysFirst(): boolean {
    return surveysFirst(this.#plan.prepare, this.#plan.pieces);
  }

  /** Rotations scored, over all pieces, and surveyed. */
  get done(): number {
    const before = this.#surveyed + (this.#current?.done ?? 0);
    return this.#finished.reduce((sum, range) => sum + this.#rotationsIn(range), before);
  }

  /** Rotations to score, over all pieces, and to survey. */
  get total(): number {
    return this.#plan.rotations.shape[0]! * this.#plan.pieces.length * (this.surveysFirst ? 2 : 1);
  }

  get maxScore(): number {
    return Math.max(this.#maxFound, this.#current?.maxScore ?? Number.NEGATIVE_INFINITY);
  }

  /** Does all of it, or what can be done until `stop`. */
  async run(): Promise<void> {
    const { analyzers, workers, checkpoint, resume, prepare } = this.#plan;
    if (analyzers.length > 0)
      this.#analysis = new Analysis({
        inputs: analyzers,
        shape: this.#shapeOfMaps,
        workers,
        saved: resume?.analyzers ?? null,
        again: (rotation) => this.#scoresOf(rotation),
        warn: (sentence) => this.warnings.push(sentence),
        fail: () => this.stop(),
      });
    try {
      await this.#runPieces();
      this.#lastStates = this.#stopped || checkpoint ? this.analyzerStates() : Promise.resolve(null);
      await this.#lastStates;
      this.correction = this.background && (await backgroundCorrection(this.background, prepare));
      const correction = this.correction && ndarray(this.correction, this.#shapeOfMaps);
      this.analyzers = (await this.#analysis?.end(correction)) ?? [];
    } finally {
      this.#analysis?.close();
    }
  }

  /** What the analyzers have of the rotations, to be asked for while the workers pause; null where that can't be saved. */
  async analyzerStates(): Promise<AnalyzerStates | null> {
    return this.#lastStates ?? this.#analysis?.states() ?? null;
  }

  async #runPieces(): Promise<void> {
    const plan = this.#plan;
    const analysis = this.#analysis;
    const matrices = new Float32Array(new SharedArrayBuffer(plan.rotations.data.byteLength));
    matrices.set(plan.rotations.data);
    const maxima = this.surveysFirst ? await this.#survey(matrices) : null;
    for (const [piece, box] of plan.pieces.entries()) {
      const first = piece * this.perPiece;
      const unscored = this.#remaining(first);
      const remaining = analysis ? this.#notAnalysed(analysis) : unscored;
      if (remaining.length === 0) continue;
      if (this.#stopped) return;
      this.#current = this.#scanOf(box, first, {
        ...{ matrices, remaining, maxima, survey: false, analysis },
        again: (rotation) => !unscored.some(([from, to]) => rotation >= from && rotation < to),
      });
      const relativeStd = await this.#current.run();
      await this.#finish(this.#current, relativeStd);
      if (plan.pieces.length > 1) await collectGarbage();
    }
  }

  #scanOf(
    box: ScoreBox,
    first: number,
    more: Pick<PieceScanOptions, "matrices" | "remaining" | "maxima" | "survey" | "analysis" | "again">,
  ): PieceScan {
    return new PieceScan({
      ...more,
      ...{ plan: this.#plan, box, first, end: first + this.perPiece },
      ...{ firstEqual: this.firstEqual, keeper: this.keeper },
      warn: (sentence) => this.warnings.push(sentence),
    });
  }

  /** The maxima over all pieces, also those that an earlier run has scored, of each rotation that is still to be scored. */
  async #survey(matrices: Float32Array): Promise<Float32Array> {
    const { pieces, rotations } = this.#plan;
    const maxima = new Float32Array(new SharedArrayBuffer(4 * MAXIMA * rotations.shape[0]!));
    const remaining = this.#unscored;
    for (const box of remaining.length > 0 ? pieces : []) {
      if (this.#stopped) break;
      const again = (): boolean => false;
      this.#current = this.#scanOf(box, 0, { matrices, remaining, maxima, survey: true, analysis: null, again });
      await this.#current.run();
      while (this.#taking) await this.#taking;
      this.#surveyed += this.#current.done;
      this.#current = null;
      await collectGarbage();
    }
    return maxima;
  }

  /** Rotations that aren't scored in all pieces: as pieces are scored one after the other, those of the last one. */
  get #unscored(): readonly RotationRange[] {
    return this.#remaining(this.perPiece * (this.#plan.pieces.length - 1));
  }

  /** Pairs whose scores the analyzers have not had; some may be scored already. */
  #notAnalysed({ next }: Analysis): readonly RotationRange[] {
    const count = this.#plan.rotations.shape[0]!;
    return next < count ? [[next - (next % 2), count]] : [];
  }

  async #scoresOf(rotationIndex: number): Promise<RotationScores> {
    this.#stepper ??= new RotationStepper(this.#plan);
    const scores = await this.#stepper.scoreMap(rotationIndex);
    const elements = this.#plan.rotations.shape[1]! ** 2;
    const rotationMatrix = this.#plan.rotations.data.slice(rotationIndex * elements, (rotationIndex + 1) * elements);
    return { scores, rotationMatrix, rotationIndex };
  }

  stop(): void {
    this.#stopped = true;
    this.#current?.stop();
  }

  /** The maps as they stand, copied; consistent per voxel but not across voxels while workers write. */
  snapshot(): Maps {
    return atOnce(this.#copyMaps());
  }

  /** The same; others have their turn meanwhile. */
  snapshotInTurns(): Promise<Maps> {
    return inTurns(this.#copyMaps(), { besideWorkers: true });
  }

  /** The maps themselves, once `run` has ended. */
  async maps(): Promise<Maps> {
    return this.#shaped(await this.#takeFound());
  }

  /** What the background template scored at best so far, copied; null without one. Others have their turn meanwhile. */
  async backgroundSnapshot(): Promise<Float32Array | null> {
    return this.background && inTurns(this.#copyBackground(this.background), { besideWorkers: true });
  }

  *#copyMaps(): Pausable<Maps> {
    const scan = this.#current;
    const maps = yield* this.#copyFound();
    if (scan) yield* scan.gatherInto(maps);
    return this.#shaped(maps);
  }

  /** What was found before the current piece, copied; empty maps where that is nothing. */
  *#copyFound(): Pausable<Winners> {
    const [found, size] = [this.#found, sizeOf(this.#shape)];
    const maps = { scores: new Float32Array(size), rotations: new Int32Array(size) };
    yield* inPieces(size, (from, to) => {
      if (found) {
        maps.scores.set(found.scores.subarray(from, to), from);
        maps.rotations.set(found.rotations.subarray(from, to), from);
      } else {
        maps.scores.fill(this.#plan.scoreThreshold, from, to);
        maps.rotations.fill(-1, from, to);
      }
    });
    return maps;
  }

  *#copyBackground(found: Float32Array): Pausable<Float32Array> {
    const [scan, best] = [this.#current, new Float32Array(found.length)];
    yield* inPieces(best.length, (from, to) => best.set(found.subarray(from, to), from));
    if (scan) yield* scan.gatherBackgroundInto(best);
    return best;
  }

  /** Calls `take` while the workers pause between two rotations: `snapshot`, `record` and `analyzerStates` then belong together. */
  async whilePaused<Value>(take: () => Promise<Value>): Promise<Value> {
    if (!this.#current) return take();
    const taking = this.#current.whilePaused(take);
    this.#taking = taking.catch(() => {});
    try {
      return await taking;
    } finally {
      this.#taking = null;
    }
  }

  /** What was done and handed over, in the order in which it was. */
  record(): SearchRecord {
    const ranges = [...this.#finished, ...(this.#current?.handed ?? [])];
    const squares = new Float64Array(this.perPiece * this.#plan.pieces.length);
    for (const range of ranges) squares.set(range.squares, range.from);
    return {
      done: ranges.map(({ from, to }) => [from, to]),
      squares,
      improvements: ranges.flatMap(({ improvements }) => improvements ?? []),
    };
  }

  /** z, y, x; y, x in 2-D. */
  get #shapeOfMaps(): readonly number[] {
    return this.#shape.slice(3 - this.#plan.rotations.shape[1]!);
  }

  /** Other work of the thread gets its turn between the steps. Until the last one the piece counts as running, as what is gathered twice doesn't change. */
  async #finish(scan: PieceScan, relativeStd: Float32Array | null): Promise<void> {
    const whole = this.#plan.pieces.length === 1;
    if (relativeStd && whole) this.#relativeStd = relativeStd;
    else if (relativeStd) await inTurns(copyBox(relativeStd, scan.box, this.relativeStd, this.#shape));
    if (whole && scan.gathered && this.#found === null) this.#found = scan.gathered;
    else await inTurns(scan.gatherInto(await this.#takeFound()));
    if (this.background) await inTurns(scan.gatherBackgroundInto(this.background));
    this.#maxFound = Math.max(this.#maxFound, scan.maxScore);
    while (this.#taking) await this.#taking;
    this.#finished = [...this.#finished, ...scan.handed];
    this.#current = null;
  }

  async #takeFound(): Promise<Winners> {
    this.#found ??= await inTurns(this.#copyFound());
    return this.#found;
  }

  #shaped({ scores, rotations }: Winners): Maps {
    const shape = this.#shapeOfMaps;
    return { scores: ndarray(scores, shape), rotations: ndarray(rotations, shape) };
  }

  /** What isn't done of the piece whose rotations begin at `first`, numbered from 0. */
  #remaining(first: number): readonly RotationRange[] {
    const own = this.#finished.filter(({ from }) => from >= first && from < first + this.perPiece);
    return remainingRanges(
      own.map(({ from, to }) => [from - first, to - first]),
      this.#plan.rotations.shape[0]!,
    );
  }

  #rotationsIn({ from, to }: HandedRange): number {
    const padded = this.perPiece > this.#plan.rotations.shape[0]! && to % this.perPiece === 0;
    return to - from - (padded ? 1 : 0);
  }
}

function copyOf({ scores, rotations }: Winners): Winners {
  return { scores: scores.slice(), rotations: rotations.slice() };
}

function handedBefore({ done, squaresByRotation, improvements }: SearchState, keeper: HistoryKeeper): HandedRange[] {
  return done.map(([from, to], index) => ({
    worker: -1,
    from,
    to,
    squares: squaresByRotation.slice(from, to),
    improvements: improvements?.[index] ? keeper.keep(improvements[index]) : null,
  }));
}

function highest(scores: Float32Array, least: number): number {
  return scores.reduce((max, score) => Math.max(max, score), least);
}
