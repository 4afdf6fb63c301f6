import { type ChangesRequest, cutPlane, type FrameReply, type FrameRequest, type StepView } from "@rotoscope/arrow";
import { type History, RotoscopeError, sizeOf } from "@rotoscope/core";
import { BestSoFar } from "./best-so-far.js";
import { type Shape3, spatialShape } from "./describe-view.js";
import { HighestScore } from "./highest-score.js";
import { planeChanges } from "./plane-changes.js";
import { RotationScores } from "./rotation-scores.js";
import type { Stepper, ViewableResult, ViewableSearch } from "./viewable.js";

/** The maps of one view of one step. */
export interface StepMaps {
  readonly shape: Shape3;
  readonly scores: Float32Array | null;
  /** A number: the same everywhere. */
  readonly rotations: Int32Array | number | null;
  readonly step: number;
  readonly view: StepView;
  readonly maxScore: number;
}

/** The maps of a finished result at any step. */
export class ResultSteps {
  readonly last: number;
  readonly #result: ViewableResult;
  readonly #shape: Shape3;
  #maxScore: number | null = null;
  #best: BestSoFar | null = null;

  constructor(result: ViewableResult) {
    this.#result = result;
    this.#shape = spatialShape(result.scores.shape);
    this.last = result.history?.stepCount ?? result.rotationMapping.size;
  }

  /** The best so far after `step`; null = the last. Throws a `RotoscopeError` (`argument`) for a step that isn't there. */
  at(step: number | null): StepMaps {
    const { scores, rotations, history } = this.#result;
    const shape = this.#shape;
    if (step === null || step === this.last) {
      this.#maxScore ??= new HighestScore(scores.data).value();
      const maxScore = finite(this.#maxScore);
      return { shape, scores: scores.data, rotations: rotations.data, step: this.last, view: "best", maxScore };
    }
    if (!history)
      throw new RotoscopeError(
        "argument",
        `step ${step}: this result has no history, only step ${this.last} can be shown`,
      );
    const best = this.#moving(history);
    best.moveTo(step);
    return {
      shape,
      scores: best.scores,
      rotations: best.rotations,
      step,
      view: "best",
      maxScore: finite(best.maxScore()),
    };
  }

  /** What the steps around one change. Throws a `RotoscopeError` (`argument`) without a history, and for steps and planes that aren't there. */
  changes(request: ChangesRequest): ReturnType<typeof planeChanges> {
    const { history } = this.#result;
    if (!history) throw new RotoscopeError("argument", "this result has no history");
    return planeChanges(this.#moving(history), history, this.#shape, request);
  }

  #moving(history: History): BestSoFar {
    this.#best ??= new BestSoFar(history, this.#result);
    return this.#best;
  }
}

/** The maps of a search under way. */
export class SearchSteps {
  readonly #search: ViewableSearch;
  #latest: Promise<StepMaps> | null = null;
  #goodUntil = 0;

  constructor(search: ViewableSearch) {
    this.#search = search;
  }

  /** As they were a moment ago: whoever looks at other slices gets them at once. Copying all maps takes time from the search: it is done again only after twenty times as long as it took. */
  now(): Promise<StepMaps> {
    if (!this.#latest || performance.now() >= this.#goodUntil) return this.fresh();
    return this.#latest;
  }

  /** As they stand. */
  fresh(): Promise<StepMaps> {
    this.#goodUntil = Number.POSITIVE_INFINITY;
    this.#latest = this.#take();
    return this.#latest;
  }

  async #take(): Promise<StepMaps> {
    const start = performance.now();
    try {
      const { shape, progress } = this.#search;
      const { scores, rotations } = await this.#search.snapshotInTurns();
      return {
        shape: spatialShape(shape),
        scores: scores.data,
        rotations: rotations.data,
        step: progress.done,
        view: "best",
        maxScore: finite(progress.maxScore),
      };
    } finally {
      this.#goodUntil = start + 21 * (performance.now() - start);
    }
  }
}

/** The maps of single rotations: step k is rotation k - 1, step 0 none. */
export class ThisRotationSteps {
  readonly #shape: Shape3;
  readonly #count: number;
  readonly #threshold: number;
  readonly #maps: RotationScores;

  constructor(stepper: Stepper, shape: readonly number[], threshold: number) {
    this.#shape = spatialShape(shape);
    this.#count = stepper.rotationCount;
    this.#threshold = threshold;
    this.#maps = new RotationScores(stepper);
  }

  /** Rejects with a `RotoscopeError` (`argument`) for a step that isn't there. */
  async at(step: number): Promise<StepMaps> {
    if (!(Number.isInteger(step) && step >= 0 && step <= this.#count))
      throw new RotoscopeError("argument", `step: ${step}, expected an integer from 0 to ${this.#count}`);
    const size = sizeOf(this.#shape);
    const { scores, maxScore } =
      step === 0
        ? { scores: new Float32Array(size).fill(this.#threshold), maxScore: this.#threshold }
        : await this.#maps.at(step - 1);
    if (scores.length !== size)
      throw new RotoscopeError("shape", `the scores of rotation ${step - 1}: ${scores.length}, expected ${size}`);
    return { shape: this.#shape, scores, rotations: step - 1, step, view: "this", maxScore: finite(maxScore) };
  }
}

/** Cuts the planes that were asked for. Throws a `RotoscopeError` (`argument`) for a map that isn't there, a RangeError for a plane. */
export function cutFrame(
  { shape, step, view, maxScore, ...maps }: StepMaps,
  target: Float32Array | null,
  request: FrameRequest,
): { readonly reply: FrameReply; readonly buffers: readonly ArrayBufferView[] } {
  const buffers: ArrayBufferView[] = [];
  const planes = request.planes.map((plane) => {
    const volume = plane.map === "target" ? target : maps[plane.map];
    if (volume === null) throw new RotoscopeError("argument", `there is no map ${plane.map}`);
    const [rows, columns] = shape.filter((_, axis) => axis !== plane.axis) as [number, number];
    const length = rows * columns;
    buffers.push(
      typeof volume === "number"
        ? new Int32Array(length).fill(volume)
        : volume instanceof Int32Array
          ? cutPlane(volume, shape, plane.axis, plane.index, new Int32Array(length))
          : cutPlane(volume, shape, plane.axis, plane.index, new Float32Array(length)),
    );
    return { ...plane, shape: [rows, columns] as const };
  });
  return { reply: { type: "frame", sequence: request.sequence, step, view, maxScore, planes }, buffers };
}

/** JSON has no infinities: a map where nothing was found has the score 0. */
function finite(score: number): number {
  return Number.isFinite(score) ? score : 0;
}
