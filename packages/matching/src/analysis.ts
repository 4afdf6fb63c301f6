import { RotoscopeError } from "@rotoscope/core";
import type { Analyzer, AnalyzerInput, RotationScores } from "./analyzer.js";
import { type AnalyzerLane, callingLane, threadLane } from "./analyzer-lane.js";
import { recipeOf } from "./analyzer-recipe.js";

/** Rotations that each worker may be ahead of the analyzers; their maps wait in memory. */
const AHEAD = 4;

/** Hands the score maps of a search to its analyzers in the order of the rotations, in whatever order workers score them. */
export class Analysis {
  /** Whether score maps are to lie in memory that threads share. */
  readonly sharedMaps: boolean;
  readonly #names: readonly string[];
  readonly #lanes: readonly AnalyzerLane[];
  readonly #ahead: number;
  readonly #fail: () => void;
  /** Maps that wait for earlier ones; null for a rotation that is left out. */
  readonly #waiting = new Map<number, RotationScores | null>();
  readonly #blocked = new Set<() => void>();
  #next = 0;
  #open = false;
  #busy: Promise<void> = Promise.resolve();
  #error: unknown = null;

  /** `fail` is called when an analyzer throws; `end` then rejects with that. */
  constructor(inputs: readonly AnalyzerInput[], shape: readonly number[], workers: number, fail: () => void) {
    this.#ahead = AHEAD * workers;
    this.#fail = fail;
    const recipes = inputs.map(recipeOf);
    this.sharedMaps = recipes.some((recipe) => recipe !== null);
    this.#lanes = inputs.map((input, index) => {
      const recipe = recipes[index];
      return recipe ? threadLane(input, recipe, shape) : callingLane(input as Analyzer, this.sharedMaps);
    });
    this.#names = inputs.map((input, index) => {
      const recipe = recipes[index];
      const name = recipe?.kind === "module" ? recipe.module : input.constructor.name;
      return `analyzers[${index}]${name && name !== "Object" ? ` (${name})` : ""}`;
    });
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

  /** The results, after all that was taken: of a search that was stopped, rotations after a gap too. */
  async end(): Promise<readonly unknown[]> {
    await this.#busy;
    for (const rotation of [...this.#waiting.keys()].sort((a, b) => a - b)) await this.#update(rotation);
    if (this.#error !== null) throw this.#error;
    return Promise.all(
      this.#lanes.map((lane, index) => lane.end().catch((error) => Promise.reject(this.#failure(index, "", error)))),
    );
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
