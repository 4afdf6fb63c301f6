/** Entries of a piece of the log; a full piece stays where it is. */
const PIECE = 262_144;

/** Records which voxels each rotation improved and to what score; grows as needed. */
export class ImprovementLog {
  readonly #full: Pick<LoggedImprovements, "voxels" | "scores">[] = [];
  #voxels: Int32Array = new Int32Array(1024);
  #scores: Float32Array = new Float32Array(1024);
  #length = 0;
  #before = 0;
  readonly #ends: number[] = [];
  readonly #above: number;

  /** Records only improvements to scores above `above`; default: all. */
  constructor(above: number = Number.NEGATIVE_INFINITY) {
    this.#above = above;
  }

  /** Entries so far. */
  get length(): number {
    return this.#before + this.#length;
  }

  /** Notes that the current step improves these voxels (flat indices), each to the score beside it; the arrays aren't kept. */
  add(voxels: Int32Array, scores: Float32Array): void {
    if (this.#above === Number.NEGATIVE_INFINITY) this.#addAll(voxels, scores);
    else this.addWhere(voxels, scores, () => true);
  }

  /** As `add`, for the voxels that `counts` alone. */
  addWhere(voxels: Int32Array, scores: Float32Array, counts: (voxel: number) => boolean): void {
    for (let entry = 0; entry < voxels.length; entry++) {
      const [voxel, score] = [voxels[entry]!, scores[entry]!];
      if (!(score > this.#above) || !counts(voxel)) continue;
      if (this.#length === this.#voxels.length) this.#grow();
      this.#voxels[this.#length] = voxel;
      this.#scores[this.#length++] = score;
    }
  }

  /** Ends the current step, which may be empty. */
  endStep(): void {
    this.#ends.push(this.length);
  }

  /** The log as plain arrays that pass between threads, in memory that they share if `shared`: entries, and where each step's entries end. */
  entries(shared = false): LoggedImprovements {
    const bytes = 4 * this.length;
    const memory = (): ArrayBufferLike => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    const [voxels, scores] = [new Int32Array(memory()), new Float32Array(memory())];
    let at = 0;
    for (const piece of this.#full) {
      voxels.set(piece.voxels, at);
      scores.set(piece.scores, at);
      at += piece.voxels.length;
    }
    voxels.set(this.#voxels.subarray(0, this.#length), at);
    scores.set(this.#scores.subarray(0, this.#length), at);
    return { voxels, scores, ends: Float64Array.from(this.#ends) };
  }

  #addAll(voxels: Int32Array, scores: Float32Array): void {
    for (let from = 0; from < voxels.length; ) {
      if (this.#length === this.#voxels.length) this.#grow();
      const to = Math.min(voxels.length, from + this.#voxels.length - this.#length);
      this.#voxels.set(voxels.subarray(from, to), this.#length);
      this.#scores.set(scores.subarray(from, to), this.#length);
      this.#length += to - from;
      from = to;
    }
  }

  #grow(): void {
    const length = Math.min(2 * this.#voxels.length, PIECE);
    if (this.#voxels.length === PIECE) {
      this.#full.push({ voxels: this.#voxels, scores: this.#scores });
      this.#before += PIECE;
      this.#length = 0;
      this.#voxels = new Int32Array(PIECE);
      this.#scores = new Float32Array(PIECE);
      return;
    }
    const [voxels, scores] = [this.#voxels, this.#scores];
    this.#voxels = new Int32Array(length);
    this.#scores = new Float32Array(length);
    this.#voxels.set(voxels);
    this.#scores.set(scores);
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
