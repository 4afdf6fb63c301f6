import type { AnalyzerStates } from "@rotoscope/arrow";
import { type NdArray, RotoscopeError } from "@rotoscope/core";
import type { Analyzer, AnalyzerInput, RotationScores } from "./analyzer.js";
import { type AnalyzerLane, callingLane } from "./analyzer-lane.js";
import { identitiesOf, recipeOf } from "./analyzer-recipe.js";
import { ThreadLane } from "./thread-lane.js";

/** Rotations that each worker may be ahead of the analyzers; their maps wait in memory. */
const AHEAD = 4;

/** What analyzers work on, and with whom. */
export interface AnalysisOptions {
  readonly inputs: readonly AnalyzerInput[];
  /** Of the score maps. */
  readonly shape: readonly number[];
  readonly workers: number;
  /** What an earlier run has saved of them. */
  readonly saved: AnalyzerStates | null;
  /** The scores of a rotation once more, to the same bits. */
  readonly again: (rotation: number) => Promise<RotationScores>;
  readonly warn: (sentence: string) => void;
  /** Called when an analyzer throws; `end` then rejects with that. */
  readonly fail: () => void;
}

/** Hands the score maps of a search to its analyzers in the order of the rotations, in whatever order workers score them. */
export class Analysis {
  /** Whether score maps are to lie in memory that threads share. */
  readonly sharedMaps: boolean;
  readonly #names: readonly string[];
  readonly #lanes: readonly AnalyzerLane[];
  readonly #ahead: number;
  readonly #fail: () => void;
  readonly #identities: readonly string[] | null;
  /** Maps that wait for earlier ones; null for a rotation that is left out. */
  readonly #waiting = new Map<number, RotationScores | null>();
  readonly #blocked = new Set<() => void>();
  #next = 0;
  #open = false;
  #busy: Promise<void> = Promise.resolve();
  #error: unknown = null;

  constructor({ inputs, shape, workers, saved, again, warn, fail }: AnalysisOptions) {
    this.#ahead = AHEAD * workers;
    this.#fail = fail;
    this.#identities = identitiesOf(inputs);
    this.#next = saved?.next ?? 0;
    const recipes = inputs.map(recipeOf);
    this.sharedMaps = recipes.some((recipe) => recipe !== null);
    this.#names = inputs.map((input, index) => {
      const recipe = recipes[index];
      const name = recipe?.kind === "module" ? recipe.module : input.constructor.name;
      return `analyzers[${index}]${name && name !== "Object" ? ` (${name})` : ""}`;
    });
    this.#lanes = inputs.map((input, index) => {
      const recipe = recipes[index];
      const named = (sentence: string): void => warn(`${this.#names[index]}: ${sentence}`);
      if (!recipe) return callingLane(input as Analyzer, this.sharedMaps, named);
      return new ThreadLane({ input, recipe, shape, saved: saved?.states[index], again, warn: named });
    });
  }

  /** What of the rotations the analyzers have had: all before this one. */
  get next(): number {
    return this.#next;
  }

  /** Waits until the scores of `rotation` may be computed. */
  async room(rotation: number): Promise<void> {
    while (rotation - this.#next >= this.#ahead && !this.#open)
      await new Promise<void>((resolve) => this.#blocked.add(resolve));
  }

  /** Lets everyone go who waits for room: the search is to end. */
  open(): void {
    this.#open = true;
    this.#release();
  }

  /** Takes the scores of a rotation, or null where it is left out; those that it has had already are ignored. */
  take(rotation: number, scores: RotationScores | null): void {
    if (rotation < this.#next) return;
    this.#waiting.set(rotation, scores);
    this.#busy = this.#busy.then(() => this.#handOn());
  }

  /** What they have of the rotations before `next`, once those under way are done; null where one isn't ours: its state is its own affair. */
  async states(): Promise<AnalyzerStates | null> {
    await this.#busy;
    if (this.#identities === null || this.#error !== null) return null;
    const states = await Promise.all(this.#lanes.map((lane) => lane.state()));
    return { next: this.#next, identities: this.#identities, states };
  }

  /** The results, after all that was taken: of a search that was stopped, rotations after a gap too. `correction` is what the background takes off the scores. */
  async end(correction: NdArray<Float32Array> | null): Promise<readonly unknown[]> {
    await this.#busy;
    for (const rotation of [...this.#waiting.keys()].sort((a, b) => a - b)) await this.#update(rotation);
    if (this.#error !== null) throw this.#error;
    const results = this.#lanes.map((lane, index) =>
      lane.end(correction).catch((error) => Promise.reject(this.#failure(index, "", error))),
    );
    return Promise.all(results);
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
  }

  #release(): void {
    for (const go of this.#blocked) go();
    this.#blocked.clear();
  }

  async #handOn(): Promise<void> {
    while (this.#waiting.has(this.#next)) {
      await this.#update(this.#next++);
      this.#release();
    }
  }

  async #update(rotation: number): Promise<void> {
    const scores = this.#waiting.get(rotation);
    this.#waiting.delete(rotation);
    if (!scores || this.#error !== null) return;
    await Promise.all(
      this.#lanes.map((lane, index) =>
        lane.update(scores).catch((error) => {
          this.#error ??= this.#failure(index, ` at rotation ${rotation}`, error);
        }),
      ),
    );
    if (this.#error === null) return;
    this.open();
    this.#fail();
  }

  #failure(index: number, where: string, cause: unknown): RotoscopeError {
    const { code = "argument", message = String(cause) } = (cause ?? {}) as { code?: unknown; message?: string };
    const known = ["argument", "shape", "file", "unsupported", "aborted", "environment"].includes(code as string);
    return new RotoscopeError(known ? (code as "argument") : "argument", `${this.#names[index]}${where}: ${message}`, {
      cause,
    });
  }
}
