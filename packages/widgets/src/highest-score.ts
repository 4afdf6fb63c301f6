/** Voxels per block. */
const BLOCK = 4096;

/**
 * Finds the highest of scores that change without looking at all of them: it keeps, per block of voxels, a bound that no score there is above, and looks only at
 * the blocks with the highest bounds.
 */
export class HighestScore {
  readonly #scores: Float32Array;
  readonly #atMost: Float32Array;
  readonly #bounds: Float32Array;

  /** `scores` are kept, not copied, and never get above what they are now. NaN doesn't count. */
  constructor(scores: Float32Array) {
    this.#scores = scores;
    this.#bounds = new Float32Array(Math.ceil(scores.length / BLOCK));
    for (let block = 0; block < this.#bounds.length; block++) this.#bounds[block] = this.#highestOf(block);
    this.#atMost = this.#bounds.slice();
  }

  /** To be told of voxels whose scores may have risen; null = any may have. Of falling ones it needn't know. */
  rise(voxels: Int32Array | null): void {
    if (voxels === null) this.#bounds.set(this.#atMost);
    else
      for (let entry = 0; entry < voxels.length; entry++) {
        const score = this.#scores[voxels[entry]!]!;
        const block = Math.floor(voxels[entry]! / BLOCK);
        if (score > this.#bounds[block]!) this.#bounds[block] = score;
      }
  }

  /** The highest score; -Infinity where there is none. */
  value(): number {
    for (;;) {
      let block = 0;
      for (let other = 1; other < this.#bounds.length; other++)
        if (this.#bounds[other]! > this.#bounds[block]!) block = other;
      const bound = this.#bounds[block] ?? Number.NEGATIVE_INFINITY;
      const highest = this.#highestOf(block);
      this.#bounds[block] = highest;
      if (highest === bound) return highest;
    }
  }

  #highestOf(block: number): number {
    let highest = Number.NEGATIVE_INFINITY;
    const end = Math.min(this.#scores.length, (block + 1) * BLOCK);
    for (let voxel = block * BLOCK; voxel < end; voxel++)
      if (this.#scores[voxel]! > highest) highest = this.#scores[voxel]!;
    return highest;
  }
}
