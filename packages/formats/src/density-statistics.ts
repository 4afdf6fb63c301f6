/** What an MRC header says of its values; zeros when there are none. */
export interface DensityStatistics {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Values that are summed before their sums are added to the rest. */
const PIECE = 2 ** 16;

/** The statistics of a volume's finite values. */
export function densityStatistics(data: Float32Array): DensityStatistics {
  const moments = new DensityMoments();
  moments.add(data);
  return moments.statistics();
}

/** Statistics of values that come piece by piece: one pass, sums of each piece taken from the mean so far, so that nothing cancels. */
export class DensityMoments {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;

  add(values: Float32Array): void {
    for (let start = 0; start < values.length; start += PIECE) this.#addPiece(values, start);
  }

  statistics(): DensityStatistics {
    if (this.#count === 0) return { minimum: 0, maximum: 0, mean: 0, deviation: 0 };
    return {
      minimum: this.#minimum,
      maximum: this.#maximum,
      mean: this.#mean,
      deviation: Math.sqrt(this.#squares / this.#count),
    };
  }

  /** The parallel form of Welford's updates (Chan, Golub & LeVeque 1983). */
  #addPiece(values: Float32Array, start: number): void {
    const end = Math.min(start + PIECE, values.length);
    const shift = this.#count > 0 ? this.#mean : firstFinite(values, start, end);
    const quick = sumsOfAll(values, start, end, shift);
    const { count, sum, squares, minimum, maximum } = Number.isFinite(quick.squares)
      ? quick
      : sumsOfFinite(values, start, end, shift);
    if (count === 0) return;
    const total = this.#count + count;
    const distance = shift + sum / count - this.#mean;
    this.#squares += squares - (sum * sum) / count + (distance * distance * this.#count * count) / total;
    this.#mean += (distance * count) / total;
    this.#count = total;
    this.#minimum = Math.min(this.#minimum, minimum);
    this.#maximum = Math.max(this.#maximum, maximum);
  }
}

/** Of the differences from a shift; least and largest of the values themselves. */
interface Sums {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Four values at a time take a third of the time: their sums don't wait for one another. A value that isn't finite shows in `squares`. */
function sumsOfAll(values: Float32Array, start: number, end: number, shift: number): Sums {
  let sum = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let squares = 0;
  let squares1 = 0;
  let squares2 = 0;
  let squares3 = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  const fours = end - ((end - start) % 4);
  for (let i = start; i < fours; i += 4) {
    const a = values[i]!;
    const b = values[i + 1]!;
    const c = values[i + 2]!;
    const d = values[i + 3]!;
    sum += a - shift;
    sum1 += b - shift;
    sum2 += c - shift;
    sum3 += d - shift;
    squares += (a - shift) * (a - shift);
    squares1 += (b - shift) * (b - shift);
    squares2 += (c - shift) * (c - shift);
    squares3 += (d - shift) * (d - shift);
    if (a < minimum) minimum = a;
    if (a > maximum) maximum = a;
    if (b < minimum) minimum = b;
    if (b > maximum) maximum = b;
    if (c < minimum) minimum = c;
    if (c > maximum) maximum = c;
    if (d < minimum) minimum = d;
    if (d > maximum) maximum = d;
  }
  const rest = sumsOfFinite(values, fours, end, shift);
  const whole = rest.count === end - fours;
  return {
    count: end - start,
    sum: sum + sum1 + sum2 + sum3 + rest.sum,
    squares: whole ? squares + squares1 + squares2 + squares3 + rest.squares : Number.NaN,
    minimum: Math.min(minimum, rest.minimum),
    maximum: Math.max(maximum, rest.maximum),
  };
}

/** Over the finite values alone. The variables start as plain numbers: taken out of an array or of fields they would be boxed at every turn. */
function sumsOfFinite(values: Float32Array, start: number, end: number, shift: number): Sums {
  let count = 0;
  let sum = 0;
  let squares = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (value - value !== 0) continue;
    const difference = value - shift;
    count++;
    sum += difference;
    squares += difference * difference;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { count, sum, squares, minimum, maximum };
}

function firstFinite(values: Float32Array, start: number, end: number): number {
  for (let i = start; i < end; i++) if (Number.isFinite(values[i])) return values[i]!;
  return 0;
}
