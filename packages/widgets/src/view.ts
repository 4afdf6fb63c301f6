import type {
  ChangesRequest,
  FrameRequest,
  HistogramRequest,
  PickChoice,
  TemplateRequest,
  ViewDescription,
  ViewEvent,
  ViewReply,
  ViewRequest,
  WritePicksRequest,
} from "@rotoscope/arrow";
import {
  atOnce,
  type NdArray,
  ndarray,
  type Pausable,
  type Peak,
  prepareReplay,
  RotoscopeError,
  scoreHistogram,
  sizeOf,
  type Volume,
  type VoxelCourse,
  voxelCourse,
} from "@rotoscope/core";
import { entryCount } from "./best-so-far.js";
import { type Candidates, candidatesLater, candidatesOf, checkedChoice, takenPeaks } from "./candidates.js";
import {
  checkShapes,
  describeResult,
  describeSearch,
  describeVolume,
  matricesOf,
  spatialShape,
} from "./describe-view.js";
import type { ViewMaps } from "./encode-payload.js";
import { Followers } from "./followers.js";
import { inTurns } from "./in-turns.js";
import { Precedence } from "./precedence.js";
import { cutFrame, ResultSteps, SearchSteps, type StepMaps, ThisRotationSteps } from "./view-frames.js";
import type { SendMessage } from "./view-host.js";
import type { ShowOptions, Stepper, Viewable, ViewableResult, ViewableSearch } from "./viewable.js";
import { writePicks } from "./write-picks.js";

/** A reply and the bytes that go with it. */
export interface Answer {
  readonly reply: ViewReply;
  readonly buffers: readonly ArrayBufferView[];
}

const HISTOGRAM_BINS = 512;

/** What is on show: a volume, a search, or a result with its candidates. */
type Subject =
  | { readonly kind: "volume"; readonly volume: Volume }
  | { readonly kind: "search"; readonly search: ViewableSearch; readonly steps: SearchSteps }
  | ResultSubject;

interface ResultSubject {
  readonly kind: "result";
  readonly result: ViewableResult;
  readonly steps: ResultSteps;
  /** Null until they were looked for. */
  candidates: Candidates | null;
}

/** Voxels and improvements that are gone through at once, without taking turns. */
const SMALL = 200_000;

/** The kernel's side of one viewer: answers what viewers ask about a volume, a result, or a search until it has one. */
export class View {
  /** Of the answers over what is done in the background. */
  readonly precedence: Precedence = new Precedence();
  readonly #options: ShowOptions;
  readonly #listeners = new Set<(event: ViewEvent) => void>();
  readonly #followers = new Followers((request) => this.#latestFrame(request));
  #subject: Subject;
  #thisRotation: ThisRotationSteps | null = null;
  #described: { readonly subject: Subject; readonly description: Promise<ViewDescription> } | null = null;
  #failure: string | null = null;

  constructor(shown: Viewable, options: ShowOptions) {
    this.#options = options;
    if (isVolume(shown)) spatialShape(shown.shape);
    else checkShapes(isSearch(shown) ? shown.shape : shown.scores.shape, options.target ?? shown.target);
    if (isVolume(shown)) this.#subject = { kind: "volume", volume: shown };
    else if (isSearch(shown)) {
      this.#subject = { kind: "search", search: shown, steps: new SearchSteps(shown) };
      this.#follow(shown);
    } else this.#subject = this.#resultSubject(shown);
    const stepper =
      options.stepper ?? (isVolume(shown) ? undefined : isSearch(shown) ? asStepper(shown) : shown.stepper);
    if (stepper && !isVolume(shown)) {
      const shape = isSearch(shown) ? shown.shape : shown.scores.shape;
      this.#thisRotation = new ThisRotationSteps(stepper, shape, shown.scoreThreshold ?? 0);
    }
  }

  /** What there is to save: the target, the template, and the result once there is one. */
  get maps(): ViewMaps {
    const { target, template } = this.#options;
    const subject = this.#subject;
    if (subject.kind === "volume") return { target: subject.volume.data, template: null, result: null };
    const shown = subject.kind === "search" ? subject.search : subject.result;
    return {
      target: (target ?? shown.target)?.data ?? null,
      template: template ?? shown.template ?? null,
      result: subject.kind === "result" ? subject.result : null,
    };
  }

  /** The result on show, and the picks that are taken of it; null until there is one. */
  get taken(): { readonly result: ViewableResult; readonly peaks: readonly Peak[] } | null {
    const subject = this.#subject;
    return subject.kind === "result"
      ? { result: subject.result, peaks: takenPeaks(this.#candidatesOf(subject)) }
      : null;
  }

  /** Whether all of it can be described and saved without holding up the event loop. */
  get isSmall(): boolean {
    const { history } = this.maps.result ?? {};
    let work = sizeOf(this.brief().shape);
    for (let k = 1; history && k <= history.stepCount && work <= SMALL; k++) work += entryCount(history, k);
    return work <= SMALL;
  }

  /** What is known without looking at the maps. */
  brief(): ViewDescription {
    const subject = this.#subject;
    if (subject.kind === "search") return this.#describeSearch(subject.search);
    const shape = spatialShape(subject.kind === "volume" ? subject.volume.shape : subject.result.scores.shape);
    return {
      title: this.#options.title ?? "",
      shape,
      wholeShape: shape,
      binning: 1,
      voxelSizeAngstrom: [0, 0, 0],
      maps: [],
      stepCount: subject.kind === "volume" ? 0 : subject.steps.last,
      hasHistory: false,
      hasThisRotation: false,
      hasTemplate: false,
      scoreThreshold: 0,
      ranges: { target: null, scores: [0, 1] },
      statistics: null,
      picks: [],
      choice: { threshold: 0, removed: [] },
      keepsChoice: true,
      running: false,
      notes: ["This was saved before the maps were in it."],
    };
  }

  /** Makes far moves through the history as quick as later ones; takes turns. */
  async prepare(): Promise<void> {
    const { result } = this.maps;
    if (result?.history) await prepareReplay(result.history, result, this.precedence.turn);
  }

  /** What viewers are told; of large maps it takes a while, but turns too. */
  async describe(): Promise<ViewDescription> {
    const subject = this.#subject;
    if (subject.kind === "search") return this.#describeSearch(subject.search);
    if (this.#described?.subject !== subject) this.#described = { subject, description: this.#describeLater(subject) };
    const description = await this.#described.description;
    return subject.kind === "result" ? { ...description, choice: this.#candidatesOf(subject).choice } : description;
  }

  /** The same at once. */
  describeNow(): ViewDescription {
    const subject = this.#subject;
    if (subject.kind === "search") return this.#describeSearch(subject.search);
    if (subject.kind === "volume") return describeVolume(subject.volume, this.#options);
    return atOnce(this.#describeResult(subject));
  }

  async #describeLater(subject: Exclude<Subject, { kind: "search" }>): Promise<ViewDescription> {
    if (subject.kind === "volume") return describeVolume(subject.volume, this.#options);
    if (this.isSmall) return atOnce(this.#describeResult(subject));
    const found = subject.candidates ?? (await candidatesLater(subject.result, this.#options));
    subject.candidates ??= found;
    return inTurns(this.#describeResult(subject));
  }

  #describeResult(subject: ResultSubject): Pausable<ViewDescription> {
    return describeResult(subject.result, this.#options, this.#candidatesOf(subject), this.#thisRotation !== null);
  }

  #describeSearch(search: ViewableSearch): ViewDescription {
    return describeSearch(search, this.#options, this.#thisRotation !== null, this.#failure);
  }

  #candidatesOf(subject: ResultSubject): Candidates {
    subject.candidates ??= candidatesOf(subject.result, this.#options);
    return subject.candidates;
  }

  /** Answers one request; `send` is for what is told unasked to those who follow a search. Rejects with an error for the user where it can't. */
  async answer(request: ViewRequest, send: SendMessage): Promise<Answer> {
    const { type, sequence } = request;
    if (type !== "describe" && type !== "follow") this.precedence.note();
    switch (type) {
      case "describe":
        return {
          reply: { type: "description", sequence, description: await this.describe() },
          buffers: [this.#matrices()],
        };
      case "frame":
        return this.#frame(request);
      case "follow":
        if (this.#subject.kind === "search") this.#followers.follow(request, send);
        return { reply: { type: "following", sequence }, buffers: [] };
      case "changes":
        return this.#changes(request);
      case "histogram":
        return this.#histogram(request);
      case "course":
        return { reply: { type, sequence, voxel: request.voxel, ...this.#course(request.voxel) }, buffers: [] };
      case "template":
        return this.#template(request);
      case "choose":
        this.#choose(request.choice);
        return { reply: { type: "chosen", sequence }, buffers: [] };
      case "write-picks":
        return { reply: await this.#writePicks(request), buffers: [] };
      case "stop":
        if (this.#subject.kind === "search") this.#subject.search.stop();
        return { reply: { type: "stopped", sequence }, buffers: [] };
    }
  }

  onEvent(listener: (event: ViewEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #follow(search: ViewableSearch): void {
    const end = search.onProgress((progress) => this.#followers.report(progress));
    search.then(
      (result) => {
        end();
        this.#followers.clear();
        this.#subject = this.#resultSubject(result);
        this.#emit({ type: "changed" });
      },
      (error: Error) => {
        end();
        this.#followers.clear();
        this.#failure = `The search failed: ${error.message}`;
        this.#emit({ type: "lost", message: this.#failure });
      },
    );
  }

  #resultSubject(result: ViewableResult): ResultSubject {
    return { kind: "result", result, steps: new ResultSteps(result), candidates: null };
  }

  #emit(event: ViewEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  async #frame(request: FrameRequest): Promise<Answer> {
    return cutFrame(await this.#mapsAt(request.step, request.view), this.maps.target, request);
  }

  /** The latest of a running search. */
  async #latestFrame(request: FrameRequest): Promise<Answer> {
    if (this.#subject.kind === "search" && request.view === "best") await this.#subject.steps.fresh();
    return this.#frame(request);
  }

  #mapsAt(step: number | null, view: StepMaps["view"]): StepMaps | Promise<StepMaps> {
    const subject = this.#subject;
    if (subject.kind === "volume") {
      const shape = spatialShape(subject.volume.shape);
      return { shape, scores: null, rotations: null, step: 0, view: "best", maxScore: 0 };
    }
    if (view === "this" && this.#thisRotation) {
      const latest = subject.kind === "search" ? subject.search.progress.done : subject.steps.last;
      return this.#thisRotation.at(step ?? latest);
    }
    return subject.kind === "search" ? subject.steps.now() : subject.steps.at(step);
  }

  #changes(request: ChangesRequest): Answer {
    const subject = this.#subject;
    if (subject.kind !== "result") throw new RotoscopeError("argument", "there is no result yet");
    return subject.steps.changes(request);
  }

  #matrices(): Float32Array {
    const subject = this.#subject;
    if (subject.kind === "volume") return new Float32Array(0);
    return matricesOf(subject.kind === "search" ? listed(subject.search.rotations) : subject.result.rotationMapping);
  }

  async #histogram({ sequence, map }: HistogramRequest): Promise<Answer> {
    const { target, result } = this.maps;
    const values =
      map === "target"
        ? target
        : this.#subject.kind === "search"
          ? (await this.#subject.steps.now()).scores
          : result?.scores.data;
    if (!values) throw new RotoscopeError("argument", `there is no map ${map}`);
    const { edges, counts } = scoreHistogram(ndarray(values, [values.length]), { bins: HISTOGRAM_BINS });
    return {
      reply: { type: "histogram", sequence, map, low: edges[0]!, high: edges[HISTOGRAM_BINS]! },
      buffers: [Uint32Array.from(counts)],
    };
  }

  #course(voxel: readonly number[]): VoxelCourse {
    const subject = this.#subject;
    if (subject.kind !== "result" || !subject.result.history) return { steps: [], scores: [] };
    const { result } = subject;
    const stride = result.scores.stride;
    const flat = voxel.slice(-stride.length).reduce((sum, index, axis) => sum + index * stride[axis]!, 0);
    return voxelCourse(result.history!, flat, result.scores.data[flat]!, result.rotations.data[flat]!);
  }

  #template({ sequence }: TemplateRequest): Answer {
    const { template } = this.maps;
    if (!template) throw new RotoscopeError("argument", "the template isn't known");
    const reply = { type: "template", sequence, shape: spatialShape(template.shape), binning: 1 } as const;
    return { reply, buffers: [template.data] };
  }

  #choose(choice: PickChoice): void {
    const subject = this.#subject;
    if (subject.kind !== "result") throw new RotoscopeError("argument", "there is no result to choose picks of yet");
    const candidates = this.#candidatesOf(subject);
    subject.candidates = { ...candidates, choice: checkedChoice(choice, candidates) };
  }

  async #writePicks({ sequence, choice, format, name }: WritePicksRequest): Promise<ViewReply> {
    this.#choose(choice);
    const { result, peaks } = this.taken!;
    if (!/^[^/\\]+$/.test(name) || !name.endsWith(`.${format}`))
      throw new RotoscopeError("argument", `${name}: expected a file name that ends in .${format}`);
    const voxelSizeAngstrom = (await this.describe()).voxelSizeAngstrom.slice(-result.scores.shape.length);
    await writePicks(name, peaks, { ...result, voxelSizeAngstrom });
    return { type: "picks-written", sequence, count: peaks.length, path: name };
  }
}

function asStepper(search: ViewableSearch): Stepper | undefined {
  return search.scoreMap && search.rotationCount !== undefined ? (search as Stepper) : undefined;
}

function listed({ data, shape }: NdArray<Float32Array>): Map<number, Float32Array> {
  const elements = shape[1]! ** 2;
  return new Map(Array.from({ length: shape[0]! }, (_, k) => [k, data.subarray(k * elements, (k + 1) * elements)]));
}

function isVolume(subject: Viewable): subject is Volume {
  return "data" in subject;
}

function isSearch(subject: ViewableResult | ViewableSearch): subject is ViewableSearch {
  return "snapshotInTurns" in subject;
}
