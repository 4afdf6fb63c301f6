/** Records which voxels each rotation improved and to what score; grows as needed. */
export class ImprovementLog {
  #voxels: Int32Array = new Int32Array(1024);
  #scores: Float32Array = new Float32Array(1024);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #above: number;

  /** Records only improvements to scores above `above`; default: all. */
  constructor(above: number = Number.NEGATIVE_INFINITY) {
    this.#above = above;
  }

  /** Notes that the current step improves `voxel` (flat index) to `score`. */
  add(voxel: number, score: number): void {
    if (!(score > this.#above)) return;
    if (this.#length === this.#voxels.length) this.#grow();
    this.#voxels[this.#length] = voxel;
    this.#scores[this.#length++] = score;
  }

  /** Ends the current step, which may be empty. */
  endStep(): void {
    this.#ends.push(this.#length);
  }

  /** The log as plain arrays that pass between threads: entries, and where each step's entries end. */
  entries(): LoggedImprovements {
    return {
      voxels: this.#voxels.slice(0, this.#length),
      scores: this.#scores.slice(0, this.#length),
      ends: Float64Array.from(this.#ends),
    };
  }

  #grow(): void {
    const voxels = new Int32Array(this.#length * 2);
    const scores = new Float32Array(this.#length * 2);
    voxels.set(this.#voxels);
    scores.set(this.#scores);
    this.#voxels = voxels;
    this.#scores = scores;
  }
}

/** The improvements of consecutive rotations, as logged against a state of their own. */
export interface LoggedImprovements {
  /** Flat voxel index per entry. */
  readonly voxels: Int32Array;
  /** The new score per entry. */
  readonly scores: Float32Array;
  /** End of each step's entries. */
  readonly ends: Float64Array;
}
