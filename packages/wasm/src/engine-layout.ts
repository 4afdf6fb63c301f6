import { costOf, type Factors, factorsOf, frequenciesOf, type Role } from "./engine-length.js";

export type Shape3 = readonly [number, number, number];

/** What the engine works on. */
export interface EngineShapes {
  /** Shape of the score maps, z, y, x. */
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  /** Periodic grid of the Fourier transforms. */
  readonly grid: Shape3;
}

/** One axis of the grid as the kernels see it. */
export interface EngineAxis {
  /** 0, 1, 2 = z, y, x. */
  readonly axis: number;
  readonly length: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Outputs that belong to the score maps: the first ones. */
  readonly kept: number;
  /** Step of the score map's flat index. */
  readonly step: number;
  readonly factors: Factors;
}

/** How the work is cut: axes in the order of the passes, tiles in vectors of four lines. */
export interface EngineLayout {
  /** Lines of a vector: 4 in single precision, 2 in double. */
  readonly lanes: 2 | 4;
  readonly a: EngineAxis;
  readonly b: EngineAxis;
  readonly c: EngineAxis;
  /** Starts of the tiles along b, in vectors, and the end. */
  readonly startsB: readonly number[];
  /** Starts of the tiles of outputs along c, in vectors, and the end. */
  readonly startsC: readonly number[];
  /** Planes of a whose frequencies are k and -k; the same one twice where it is its own. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Vectors in a row of the rotated template. */
  readonly boxVectors: number;
  /** Bytes from plane to plane of a of what is left of the other axes: an odd multiple of 64, so that planes don't collide in the cache. */
  readonly slabPitch: number;
}

/** Bytes of a vector: four real and four imaginary parts. */
export const VECTOR = 32;
/** Vectors of a tile, at most: wide enough that each twiddle serves many lines, small enough for the cache of the first levels. */
export const WIDEST = 6;

/** Rows of b whose last axis is transformed at once. */
export const ROWS_AT_ONCE = 4;

export function engineLayout(shapes: EngineShapes, lanes: 2 | 4 = 4): EngineLayout {
  const [a, b, c] = cheapestOrder(shapes);
  const slabPlane = VECTOR * vectors(c.outputs, lanes) * b.outputs;
  return {
    ...{ lanes, a, b, c },
    startsB: evenTiles(vectors(b.length, lanes)),
    startsC: evenTiles(vectors(c.outputs, lanes)),
    pairs: oppositePlanes(a),
    boxVectors: vectors(c.inputs, lanes),
    slabPitch: 128 * Math.ceil(slabPlane / 128) + 64,
  };
}

/** Vectors that hold `count` lines. */
export function vectors(count: number, lanes: 2 | 4 = 4): number {
  return Math.ceil(count / lanes);
}

/** Starts of tiles of about the same width, in pairs of vectors, which the kernels work on together. */
function evenTiles(count: number): readonly number[] {
  const pairs = Math.ceil(count / 2);
  const tiles = Math.ceil((2 * pairs) / WIDEST);
  return Array.from({ length: tiles + 1 }, (_, tile) => Math.min(count, 2 * Math.floor((pairs * tile) / tiles)));
}

function oppositePlanes({ length, factors }: EngineAxis): readonly (readonly [number, number])[] {
  const frequencies = frequenciesOf(factors);
  const places = new Int32Array(length);
  for (let place = 0; place < length; place++) places[frequencies[place]!] = place;
  return Array.from({ length: (length >> 1) + 1 }, (_, k) => [places[k]!, places[(length - k) % length]!] as const);
}

type Axes = readonly [EngineAxis, EngineAxis, EngineAxis];

/** The grid on which scores cost least, of lengths of at least `least`; those in `fixed` stay. */
export function cheapGrid(shape: Shape3, templateShape: Shape3, least: Shape3, fixed: readonly number[]): Shape3 {
  const [zs, ys, xs] = [0, 1, 2].map((axis) => (fixed.includes(axis) ? [least[axis]!] : worthwhile(least[axis]!)));
  const grids = zs!.flatMap((z) => ys!.flatMap((y) => xs!.map((x): Shape3 => [z, y, x])));
  return cheapest(grids, (grid) => orderCost(cheapestOrder({ shape, templateShape, grid })));
}

/** Lengths from `least` on whose lines cost less than all shorter ones do, in one role or the other. */
function worthwhile(least: number): readonly number[] {
  const lengths: number[] = [];
  let [middle, outer] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let length = least; length <= 1.25 * least + 8; length++) {
    const [ofMiddle, ofOuter] = [lineCost(length, "middle"), lineCost(length, "outer")];
    if (ofMiddle >= middle && ofOuter >= outer) continue;
    lengths.push(length);
    [middle, outer] = [Math.min(middle, ofMiddle), Math.min(outer, ofOuter)];
  }
  return lengths;
}

function cheapestOrder({ shape, templateShape, grid }: EngineShapes): Axes {
  const axes = ([0, 1, 2] as const).map((axis) => {
    const length = grid[axis];
    const step = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
    const common = { axis, length, inputs: templateShape[axis], outputs: shape[axis], kept: shape[axis], step };
    return {
      outer: { ...common, factors: factorsOf(length, "outer") },
      middle: { ...common, factors: factorsOf(length, "middle") },
    };
  });
  const orders = ORDERS.map(([a, b, c]): Axes => [axes[a]!.outer, axes[b]!.outer, axes[c]!.middle]);
  return cheapest(orders, orderCost);
}

/** The first of those that cost least. */
function cheapest<Item>(items: readonly Item[], cost: (item: Item) => number): Item {
  const costs = items.map(cost);
  return items[costs.indexOf(Math.min(...costs))]!;
}

const ORDERS: readonly Shape3[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** Bytes of a plane (b, c) that stay in a core's cache of the second level. */
const CACHED_PLANE = 400_000;
/** What an element costs besides its transforms, in the same measure: moving it about. */
const MOVING = 5;

function lineCost(length: number, role: Role): number {
  return length * (costOf(length, role) + MOVING);
}

function orderCost([a, b, c]: Axes): number {
  const lanes = (count: number): number => 4 * vectors(count);
  const plane = b.length * c.length * 8;
  const middle =
    2 * a.length * lanes(b.length) * lineCost(c.length, "middle") +
    a.length * (lanes(c.inputs) + lanes(c.outputs)) * lineCost(b.length, "outer");
  const outside = (b.inputs * lanes(c.inputs) + b.outputs * lanes(c.outputs)) * lineCost(a.length, "outer");
  return outside + middle * (plane > CACHED_PLANE ? 1.2 : 1);
}
