/** The highest voxel of each row of an array (its last axis): finds the highest of all again quickly after a few rows were changed. */
export class RowMaxima {
  readonly #values: Float32Array;
  readonly #rowLength: number;
  readonly #highest: Int32Array;

  /** `values` stays the caller's to modify; `refresh` then says where. */
  constructor(values: Float32Array, rowLength: number) {
    this.#values = values;
    this.#rowLength = rowLength;
    this.#highest = new Int32Array(values.length / rowLength);
    for (let row = 0; row < this.#highest.length; row++) this.refresh(row);
  }

  /** Looks again at a row whose values were changed. */
  refresh(row: number): void {
    let highest = -1;
    let best = Number.NEGATIVE_INFINITY;
    for (let voxel = row * this.#rowLength; voxel < (row + 1) * this.#rowLength; voxel++)
      if (this.#values[voxel]! > best) {
        best = this.#values[voxel]!;
        highest = voxel;
      }
    this.#highest[row] = highest;
  }

  /** The highest voxel, ties to the lower index; -1 when all are NaN or -Infinity. */
  highest(): number {
    let highest = -1;
    let best = Number.NEGATIVE_INFINITY;
    for (const voxel of this.#highest)
      if (voxel !== -1 && this.#values[voxel]! > best) {
        best = this.#values[voxel]!;
        highest = voxel;
      }
    return highest;
  }
}
