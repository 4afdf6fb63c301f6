import type { Quaternion } from "./quaternion.js";

/** Points of a leaf of the tree. */
const LEAF = 12;

/** Finds the nearest of many rotations: a k-d tree over their quaternions (w, x, y, z each). */
export class NearestRotation {
  readonly #points: Float64Array;
  /** Four numbers per node, in heap order: axis (-1 = leaf), split value, first point, end. */
  readonly #nodes: number[] = [];

  constructor(points: Float64Array) {
    this.#points = points.slice();
    this.#build(0, points.length / 4);
  }

  /** Angle to the nearest one in radians. */
  angle([w, x, y, z]: Quaternion): number {
    const first = this.#search(0, w, x, y, z, 4);
    const best = this.#search(0, -w, -x, -y, -z, first);
    return 4 * Math.asin(Math.min(1, Math.sqrt(best) / 2));
  }

  #build(from: number, to: number): number {
    const node = this.#nodes.length / 4;
    this.#nodes.push(-1, 0, from, to);
    if (to - from <= LEAF) return node;
    const axis = this.#widest(from, to);
    const middle = (from + to) >> 1;
    this.#partition(from, to, middle, axis);
    this.#nodes[4 * node] = axis;
    this.#nodes[4 * node + 1] = this.#points[4 * middle + axis]!;
    this.#nodes[4 * node + 2] = this.#build(from, middle);
    this.#nodes[4 * node + 3] = this.#build(middle, to);
    return node;
  }

  #widest(from: number, to: number): number {
    const spread = [0, 1, 2, 3].map((axis) => {
      let [low, high] = [2, -2];
      for (let point = from; point < to; point++) {
        low = Math.min(low, this.#points[4 * point + axis]!);
        high = Math.max(high, this.#points[4 * point + axis]!);
      }
      return high - low;
    });
    return spread.indexOf(Math.max(...spread));
  }

  /** Puts the point with `middle` - `from` lower ones along `axis` at `middle`, the lower ones before it (quickselect). */
  #partition(from: number, to: number, middle: number, axis: number): void {
    const points = this.#points;
    let [low, high] = [from, to - 1];
    while (low < high) {
      const pivot = points[4 * ((low + high) >> 1) + axis]!;
      let [i, j] = [low, high];
      while (i <= j) {
        while (points[4 * i + axis]! < pivot) i++;
        while (points[4 * j + axis]! > pivot) j--;
        if (i <= j) this.#swap(i++, j--);
      }
      if (middle <= j) high = j;
      else if (middle >= i) low = i;
      else return;
    }
  }

  #swap(a: number, b: number): void {
    for (let axis = 0; axis < 4; axis++) {
      const value = this.#points[4 * a + axis]!;
      this.#points[4 * a + axis] = this.#points[4 * b + axis]!;
      this.#points[4 * b + axis] = value;
    }
  }

  /** The least squared distance in R^4 below `best`, or `best`. */
  #search(node: number, w: number, x: number, y: number, z: number, best: number): number {
    const axis = this.#nodes[4 * node]!;
    const [first, second] = [this.#nodes[4 * node + 2]!, this.#nodes[4 * node + 3]!];
    if (axis < 0) {
      for (let at = 4 * first; at < 4 * second; at += 4) {
        const [a, b] = [this.#points[at]! - w, this.#points[at + 1]! - x];
        const [c, d] = [this.#points[at + 2]! - y, this.#points[at + 3]! - z];
        best = Math.min(best, a * a + b * b + c * c + d * d);
      }
      return best;
    }
    const offset = (axis === 0 ? w : axis === 1 ? x : axis === 2 ? y : z) - this.#nodes[4 * node + 1]!;
    const [near, far] = offset < 0 ? [first, second] : [second, first];
    best = this.#search(near, w, x, y, z, best);
    if (offset * offset >= best) return best;
    return this.#search(far, w, x, y, z, best);
  }
}
