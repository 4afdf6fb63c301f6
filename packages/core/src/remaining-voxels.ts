/** The highest score of each row of a map (its last axis), -Infinity where all are NaN. */
export function rowMaxima(scores: Float32Array, rowLength: number): Float32Array {
  const maxima = new Float32Array(scores.length / rowLength).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0, voxel = 0; row < maxima.length; row++)
    for (const end = voxel + rowLength; voxel < end; voxel++)
      if (scores[voxel]! > maxima[row]!) maxima[row] = scores[voxel]!;
  return maxima;
}

/** The voxels of a map that are not left out yet: finds the highest of them again quickly after a few rows were changed. */
export class RemainingVoxels {
  readonly #scores: Float32Array;
  readonly #rowLength: number;
  readonly #leftOut: Uint8Array;
  readonly #maxima: Float32Array;
  /** The highest of each group of rows, as many groups as rows in each; of stale ones too high. */
  readonly #groups: Float32Array;
  readonly #groupLength: number;
  readonly #stale = new Set<number>();

  /** `maxima` are the rows' at the start (`rowMaxima`); they are kept up here. */
  constructor(scores: Float32Array, rowLength: number, maxima: Float32Array) {
    this.#scores = scores;
    this.#rowLength = rowLength;
    this.#leftOut = new Uint8Array(scores.length);
    this.#maxima = maxima;
    this.#groupLength = Math.ceil(Math.sqrt(maxima.length));
    this.#groups = new Float32Array(Math.ceil(maxima.length / this.#groupLength));
    for (let group = 0; group < this.#groups.length; group++) this.#refresh(group);
  }

  /** Leaves out `from` ... `to` - 1 of the row that begins at voxel `begin`. */
  leaveOut(begin: number, from: number, to: number): void {
    this.#leftOut.fill(1, begin + from, begin + to);
    let highest = Number.NEGATIVE_INFINITY;
    for (let voxel = begin; voxel < begin + this.#rowLength; voxel++)
      if (this.#scores[voxel]! > highest && this.#leftOut[voxel] === 0) highest = this.#scores[voxel]!;
    const row = begin / this.#rowLength;
    this.#maxima[row] = highest;
    this.#stale.add(Math.floor(row / this.#groupLength));
  }

  /** The highest voxel, ties to the lower index; -1 when all are left out, NaN or -Infinity. */
  highest(): number {
    for (const group of this.#stale) this.#refresh(group);
    this.#stale.clear();
    const highest = this.#groups.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
    if (highest === Number.NEGATIVE_INFINITY) return -1;
    const row = this.#maxima.indexOf(highest, this.#groups.indexOf(highest) * this.#groupLength);
    let voxel = row * this.#rowLength;
    while (this.#scores[voxel] !== highest || this.#leftOut[voxel] !== 0) voxel++;
    return voxel;
  }

  #refresh(group: number): void {
    const rows = this.#maxima.subarray(group * this.#groupLength, (group + 1) * this.#groupLength);
    this.#groups[group] = rows.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
  }
}
