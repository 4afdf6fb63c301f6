/** Points (n of `dimensions` coordinates each) in cubic cells of edge `edge`: finds those near a point without looking at all of them. */
export class CellGrid {
  readonly #coordinates: Float64Array;
  readonly #dimensions: number;
  readonly #edge: number;
  readonly #lowest: Float64Array;
  readonly #stride: Float64Array;
  readonly #steps: Float64Array;
  readonly #heads = new Map<number, number>();
  readonly #next: Int32Array;

  /** Only those added are found. */
  constructor(coordinates: Float64Array, dimensions: number, edge: number) {
    this.#coordinates = coordinates;
    this.#dimensions = dimensions;
    this.#edge = edge;
    this.#next = new Int32Array(coordinates.length / dimensions);
    this.#lowest = new Float64Array(dimensions).fill(Number.POSITIVE_INFINITY);
    const highest = new Float64Array(dimensions).fill(Number.NEGATIVE_INFINITY);
    coordinates.forEach((value, at) => {
      const axis = at % dimensions;
      this.#lowest[axis] = Math.min(this.#lowest[axis]!, value);
      highest[axis] = Math.max(highest[axis]!, value);
    });
    this.#stride = new Float64Array(dimensions).fill(1);
    for (let axis = dimensions - 2; axis >= 0; axis--) {
      const cells = Math.floor((highest[axis + 1]! - this.#lowest[axis + 1]!) / edge) + 3;
      this.#stride[axis] = this.#stride[axis + 1]! * cells;
    }
    this.#steps = Float64Array.from({ length: 3 ** dimensions }, (_, code) => {
      let step = 0;
      for (let axis = 0, rest = code; axis < dimensions; axis++, rest = Math.floor(rest / 3))
        step += ((rest % 3) - 1) * this.#stride[axis]!;
      return step;
    });
  }

  /** Adds a point by its number. */
  add(point: number): void {
    const cell = this.#cellOf(point);
    this.#next[point] = this.#heads.get(cell) ?? -1;
    this.#heads.set(cell, point);
  }

  /** Whether `isNear` holds for `point` and one that was added; asked only for those whose coordinates all differ by less than `edge`, and some more. */
  hasNear(point: number, isNear: (a: number, b: number) => boolean): boolean {
    const cell = this.#cellOf(point);
    for (const step of this.#steps)
      for (let other = this.#heads.get(cell + step) ?? -1; other !== -1; other = this.#next[other]!)
        if (isNear(point, other)) return true;
    return false;
  }

  #cellOf(point: number): number {
    let cell = 0;
    for (let axis = 0; axis < this.#dimensions; axis++) {
      const value = this.#coordinates[point * this.#dimensions + axis]!;
      cell += (Math.floor((value - this.#lowest[axis]!) / this.#edge) + 1) * this.#stride[axis]!;
    }
    return cell;
  }
}
