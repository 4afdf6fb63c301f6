import type { FrameReply, FrameRequest, ViewDescription, ViewEvent } from "@rotoscope/arrow";
import { cutPlane } from "@rotoscope/arrow";
import { HistoryCursor, type NdArray, type Volume } from "@rotoscope/core";
import {
  describeResult,
  describeSearch,
  describeVolume,
  matricesOf,
  type Shape3,
  spatialShape,
} from "./describe-view.js";
import type { ViewMaps } from "./encode-payload.js";
import type { ShowOptions, Viewable, ViewableResult, ViewableSearch } from "./viewable.js";

type Answer = { readonly reply: FrameReply; readonly buffers: ArrayBuffer[] };

/** The kernel's side of one viewer: answers what viewers ask about a volume, a result, or a search until it has one. */
export class View {
  readonly #options: ShowOptions;
  readonly #listeners = new Set<(event: ViewEvent) => void>();
  #volume: Volume | null = null;
  #search: ViewableSearch | null = null;
  #result: ViewableResult | null = null;
  #cursor: HistoryCursor | null = null;
  #maxScore = Number.NEGATIVE_INFINITY;
  #failure: string | null = null;
  #snapshot: { readonly maps: Snapshot; readonly goodUntil: number } | null = null;

  constructor(subject: Viewable, options: ShowOptions) {
    this.#options = options;
    if (isVolume(subject)) this.#volume = subject;
    else if (isSearch(subject)) this.#follow(subject);
    else this.#take(subject);
  }

  /** What there is to save: the target, and the result once there is one. */
  get maps(): ViewMaps {
    const target = this.#volume ?? this.#search?.target ?? this.#options.target ?? this.#result?.target;
    return { target: target?.data ?? null, result: this.#result };
  }

  describe(): ViewDescription {
    if (this.#volume) return describeVolume(this.#volume, this.#options);
    if (this.#result) return describeResult(this.#result, this.#options);
    return describeSearch(this.#search!, this.#options, this.#failure);
  }

  /** Rotation matrices, float32, stepCount x 9. */
  matrices(): Float32Array {
    if (this.#volume) return new Float32Array(0);
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
    this.#snapshot = null;
    for (const score of result.scores.data) if (score > this.#maxScore) this.#maxScore = score;
  }

  #emit(event: ViewEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Copying all maps takes time from the search: it is done again only after twenty times as long as it took. */
  #snapshotOf(search: ViewableSearch): Snapshot {
    if (this.#snapshot && performance.now() < this.#snapshot.goodUntil) return this.#snapshot.maps;
    const start = performance.now();
    const maps = search.snapshot();
    this.#snapshot = { maps, goodUntil: start + 21 * (performance.now() - start) };
    return maps;
  }

  #mapsAt(step: number | null): Maps {
    const { target } = this.maps;
    if (this.#volume)
      return { shape: spatialShape(this.#volume.shape), target, scores: null, rotations: null, step: 0, maxScore: 0 };
    if (!this.#result) {
      const search = this.#search!;
      const { scores, rotations } = this.#snapshotOf(search);
      return {
        shape: spatialShape(search.shape),
        target,
        scores: scores.data,
        rotations: rotations.data,
        step: search.progress.done,
        maxScore: finite(search.progress.maxScore),
      };
    }
    const result = this.#result;
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

type Snapshot = ReturnType<ViewableSearch["snapshot"]>;

interface Maps {
  readonly shape: Shape3;
  readonly target: Float32Array | null;
  readonly scores: Float32Array | null;
  readonly rotations: Int32Array | null;
  readonly step: number;
  readonly maxScore: number;
}

function listed({ data, shape }: NdArray<Float32Array>): Map<number, Float32Array> {
  const elements = shape[1]! ** 2;
  return new Map(Array.from({ length: shape[0]! }, (_, k) => [k, data.subarray(k * elements, (k + 1) * elements)]));
}

function isVolume(subject: Viewable): subject is Volume {
  return "data" in subject;
}

function isSearch(subject: ViewableResult | ViewableSearch): subject is ViewableSearch {
  return "snapshot" in subject;
}

/** JSON has no infinities: a map where nothing was found has the score 0. */
function finite(score: number): number {
  return Number.isFinite(score) ? score : 0;
}
