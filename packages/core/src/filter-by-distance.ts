/**
 * Keeps points greedily in their order: one falls when floor(Euclidean distance) to a kept earlier one is at most `minDistance`; 0 keeps all.
 *
 * `coordinates` holds n points of `dimensions` numbers each, in order of preference. Returns the numbers of the kept points, ascending, `most` at most.
 */
export function filterByDistance(
  coordinates: Float64Array,
  dimensions: number,
  minDistance: number,
  most: number,
): Int32Array {
  const count = coordinates.length / dimensions;
  const kept = new Int32Array(Math.min(most, count));
  let size = 0;
  if (minDistance === 0) {
    for (; size < kept.length; size++) kept[size] = size;
    return kept;
  }
  const edge = Math.floor(minDistance) + 1;
  const limit = edge * edge;
  const grid = new CellGrid(coordinates, dimensions, edge);
  for (let point = 0; point < count && size < kept.length; point++) {
    if (grid.hasWithin(point, limit)) continue;
    grid.add(point);
    kept[size++] = point;
  }
  return kept.slice(0, size);
}

/** Points in cubic cells of edge `edge`, chained per cell. */
class CellGrid {
  readonly #coordinates: Float64Array;
  readonly #dimensions: number;
  readonly #edge: number;
  readonly #lowest: Float64Array;
  readonly #stride: Float64Array;
  readonly #steps: Float64Array;
  readonly #heads = new Map<number, number>();
  readonly #next: Int32Array;

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

  add(point: number): void {
    const cell = this.#cellOf(point);
    this.#next[point] = this.#heads.get(cell) ?? -1;
    this.#heads.set(cell, point);
  }

  /** Whether a point that was added lies at a squared distance below `limit`. */
  hasWithin(point: number, limit: number): boolean {
    const cell = this.#cellOf(point);
    for (const step of this.#steps)
      for (let other = this.#heads.get(cell + step) ?? -1; other !== -1; other = this.#next[other]!)
        if (this.#squaredDistance(point, other) < limit) return true;
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

  #squaredDistance(a: number, b: number): number {
    let squared = 0;
    for (let axis = 0; axis < this.#dimensions; axis++) {
      const along = this.#coordinates[a * this.#dimensions + axis]! - this.#coordinates[b * this.#dimensions + axis]!;
      squared += along * along;
    }
    return squared;
  }
}
