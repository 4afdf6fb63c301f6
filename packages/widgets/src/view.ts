import type { FrameReply, FrameRequest, ViewDescription, ViewEvent } from "@rotoscope/arrow";
import { cutPlane } from "@rotoscope/arrow";
import { HistoryCursor, type NdArray } from "@rotoscope/core";
import { describeResult, describeSearch, matricesOf, type Shape3, spatialShape } from "./describe-view.js";
import type { ShowOptions, ViewableResult, ViewableSearch } from "./viewable.js";

type Answer = { readonly reply: FrameReply; readonly buffers: ArrayBuffer[] };

/** The kernel's side of one viewer: answers what viewers ask about a result, or about a search until it has one. */
export class View {
  readonly #options: ShowOptions;
  readonly #listeners = new Set<(event: ViewEvent) => void>();
  #search: ViewableSearch | null = null;
  #result: ViewableResult | null = null;
  #cursor: HistoryCursor | null = null;
  #maxScore = Number.NEGATIVE_INFINITY;
  #failure: string | null = null;

  constructor(subject: ViewableResult | ViewableSearch, options: ShowOptions) {
    this.#options = options;
    if (isSearch(subject)) this.#follow(subject);
    else this.#take(subject);
  }

  /** The result, once there is one. */
  get result(): ViewableResult | null {
    return this.#result;
  }

  describe(): ViewDescription {
    if (this.#result) return describeResult(this.#result, this.#options);
    return describeSearch(this.#search!, this.#options, this.#failure);
  }

  /** Rotation matrices, float32, stepCount x 9. */
  matrices(): Float32Array {
    return this.#result ? matricesOf(this.#result.rotationMapping) : matricesOf(listed(this.#search!.rotations));
  }

  /** Planes after a step. Throws a RangeError for a step or plane that isn't there. */
  frame(request: FrameRequest): Answer {
    const maps = this.#mapsAt(request.step);
    const buffers: ArrayBuffer[] = [];
    const planes = request.planes.map((plane) => {
      const volume = maps[plane.map];
      if (!volume) throw new RangeError(`there is no map ${plane.map}`);
      const axes = [0, 1, 2].filter((axis) => axis !== plane.axis);
      const shape = axes.map((axis) => maps.shape[axis]!) as [number, number];
      const out = new (volume.constructor as Float32ArrayConstructor)(shape[0] * shape[1]);
      cutPlane(volume as Float32Array, maps.shape, plane.axis, plane.index, out);
      buffers.push(out.buffer as ArrayBuffer);
      return { ...plane, shape };
    });
    const reply = {
      type: "frame",
      sequence: request.sequence,
      step: maps.step,
      maxScore: maps.maxScore,
      planes,
    } as const;
    return { reply, buffers };
  }

  stop(): void {
    this.#search?.stop();
  }

  onEvent(listener: (event: ViewEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #follow(search: ViewableSearch): void {
    this.#search = search;
    const end = search.onProgress((progress) => this.#emit({ type: "progress", ...progress }));
    search.then(
      (result) => {
        end();
        this.#take(result);
        this.#emit({ type: "changed" });
      },
      (error: Error) => {
        end();
        this.#failure = `The search failed: ${error.message}`;
        this.#emit({ type: "lost", message: this.#failure });
      },
    );
  }

  #take(result: ViewableResult): void {
    this.#result = result;
    this.#search = null;
    for (const score of result.scores.data) if (score > this.#maxScore) this.#maxScore = score;
  }

  #emit(event: ViewEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #mapsAt(step: number | null): Maps {
    if (!this.#result) {
      const search = this.#search!;
      const { scores, rotations } = search.snapshot();
      return {
        shape: spatialShape(search.shape),
        target: search.target.data,
        scores: scores.data,
        rotations: rotations.data,
        step: search.progress.done,
        maxScore: finite(search.progress.maxScore),
      };
    }
    const result = this.#result;
    const target = (this.#options.target ?? result.target)?.data ?? null;
    const shape = spatialShape(result.scores.shape);
    const last = result.history?.stepCount ?? result.rotationMapping.size;
    if (step === null || step === last)
      return {
        shape,
        target,
        scores: result.scores.data,
        rotations: result.rotations.data,
        step: last,
        maxScore: finite(this.#maxScore),
      };
    if (!result.history)
      throw new RangeError(`step ${step}: this result has no history, only step ${last} can be shown`);
    this.#cursor ??= new HistoryCursor(result.history, result);
    this.#cursor.moveTo(step);
    const { scores, rotations } = this.#cursor;
    return { shape, target, scores, rotations, step, maxScore: finite(this.#cursor.maxScore()) };
  }
}

interface Maps {
  readonly shape: Shape3;
  readonly target: Float32Array | null;
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
  readonly step: number;
  readonly maxScore: number;
}

function listed({ data, shape }: NdArray<Float32Array>): Map<number, Float32Array> {
  const elements = shape[1]! ** 2;
  return new Map(Array.from({ length: shape[0]! }, (_, k) => [k, data.subarray(k * elements, (k + 1) * elements)]));
}

function isSearch(subject: ViewableResult | ViewableSearch): subject is ViewableSearch {
  return "snapshot" in subject;
}

/** JSON has no infinities: a map where nothing was found has the score 0. */
function finite(score: number): number {
  return Number.isFinite(score) ? score : 0;
}
