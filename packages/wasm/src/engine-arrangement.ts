import {
  type EngineLayout,
  type EngineShapes,
  engineLayout,
  ROWS_AT_ONCE,
  VECTOR,
  vectors,
  WIDEST,
} from "./engine-layout.js";
import { type AxisPlace, PLAN_BYTES, stagesOf } from "./engine-plan.js";
import { paddedSize } from "./engine-template.js";

/**
 * How a rotation is scored. `product`: CC(f, g) times a factor per voxel. `local`: CC(f, g) over the local deviation of f within the rotated mask. `masked`: the masked
 * normalised cross-correlation of Padfield (IEEE TIP 21, 2706, 2012).
 */
export type EngineScore = "product" | "local" | "masked";

/** What decides on the memory that a search takes. */
export interface EngineWork extends EngineShapes {
  readonly score: EngineScore;
  /** Whether there is a second template, whose best scores are kept apart. */
  readonly withBackground: boolean;
}

/** Correlations, boxes and spectra that a score takes. */
export const COUNTS = { product: [1, 1, 1], local: [3, 2, 2], masked: [6, 3, 3] } as const;

/** Entries of each of a worker's two logs before they are handed over. */
export const LOG_ENTRIES = 16384;
/** Bytes of what the kernels know of a template: eleven words, then, at a multiple of eight, a double. */
export const TEMPLATE_BYTES = 56;
/** Bytes of a page of memory. */
export const PAGE = 65536;
/** Static data of the compiled module comes before it. */
const START = 65536;

/** One worker's places, in bytes, `memory` being the first; a state per template. */
export type WorkerPlaces = Readonly<
  Record<
    "memory" | "matrices" | "box" | "planes" | "tile" | "planeIn" | "planeOut" | "slabs" | "rowTiles" | "logs",
    number
  >
> & { readonly states: readonly Readonly<Record<"plan" | "state" | "winners", number>>[] };

/** Bytes of what a layout has several of. */
export type LayoutBytes = Readonly<
  Record<
    "plane" | "spectrum" | "box" | "planes" | "tile" | "planeIn" | "planeOut" | "slab" | "rowTiles" | "state",
    number
  >
>;

/** Where everything lies in the memory of a search, in bytes; and the bytes of what comes several times. */
export interface Arrangement {
  readonly layout: EngineLayout;
  readonly axes: readonly AxisPlace[];
  readonly templates: readonly { readonly at: number; readonly values: number }[];
  readonly mask: number;
  readonly spans: number;
  readonly offsets: readonly number[];
  readonly startsB: number;
  readonly startsC: number;
  readonly pairs: number;
  readonly spectrum: number;
  readonly bytes: LayoutBytes;
  readonly workers: readonly WorkerPlaces[];
  readonly end: number;
}

/** Lays out the memory of a search. */
export function arrange(work: EngineWork, workers: number): Arrangement {
  const layout = engineLayout(work);
  const [correlations, boxes, spectra] = COUNTS[work.score];
  const { templateShape } = work;
  const { place, end } = places(START);
  const bytes = bytesOf(layout);
  const templates = Array.from({ length: work.withBackground ? 2 : 1 }, () => ({
    at: place(TEMPLATE_BYTES),
    values: place(4 * paddedSize(templateShape)),
  }));
  return {
    layout,
    axes: axisPlaces(layout, place),
    templates,
    mask: place(4 * paddedSize(templateShape)),
    spans: place(8 * templateShape[0] * templateShape[1]),
    offsets: templateShape.map((length) => place(4 * length)),
    startsB: place(4 * layout.startsB.length),
    startsC: place(4 * layout.startsC.length),
    pairs: place(8 * layout.pairs.length),
    spectrum: place(bytes.spectrum * spectra),
    bytes,
    workers: Array.from({ length: workers }, () => ({
      memory: place(0),
      matrices: place(144),
      box: place(bytes.box * boxes),
      planes: place(bytes.planes * boxes),
      tile: place(bytes.tile * (correlations > 1 ? 2 : 1)),
      planeIn: place(bytes.planeIn),
      planeOut: place(bytes.planeOut * (correlations > 1 ? 2 : 1)),
      slabs: place(bytes.slab * correlations),
      rowTiles: place(bytes.rowTiles * correlations),
      logs: place(2 * 8 * LOG_ENTRIES),
      states: templates.map(() => ({
        plan: place(PLAN_BYTES),
        state: place(bytes.state),
        winners: place(bytes.state / 2),
      })),
    })),
    end: end(),
  };
}

/** Hands out places in a memory, one after the other from `start` on. */
export function places(start: number): { readonly place: (size: number) => number; readonly end: () => number } {
  let next = start;
  const place = (size: number): number => {
    const at = next;
    next = Math.ceil((next + size) / 64) * 64 + 64;
    return at;
  };
  return { place, end: () => next };
}

/** Bytes of what a layout has several of. */
export function bytesOf(layout: EngineLayout): LayoutBytes {
  const { lanes, a, b, c, pairs } = layout;
  const row = VECTOR * layout.boxVectors;
  const plane = vectors(b.length, lanes) * VECTOR * c.length;
  const longest = Math.max(a.length, lanes * vectors(b.length, lanes), c.length);
  return {
    plane,
    spectrum: plane * pairs.length,
    box: row * b.inputs * a.inputs,
    planes: row * b.inputs * a.length,
    tile: VECTOR * WIDEST * longest,
    planeIn: row * vectors(b.length, lanes) * lanes,
    planeOut: VECTOR * vectors(b.length, lanes) * lanes * vectors(c.outputs, lanes),
    slab: layout.slabPitch * a.length,
    rowTiles: VECTOR * WIDEST * a.length * ROWS_AT_ONCE,
    state: VECTOR * vectors(c.outputs, lanes) * b.outputs * a.outputs,
  };
}

/** Places of the axes of a layout, a, b, c. */
export function axisPlaces({ a, b, c, lanes }: EngineLayout, place: (size: number) => number): readonly AxisPlace[] {
  return [a, b, c].map((axis) => ({
    at: place(24),
    axis,
    stages: place(16 * axis.factors.outer.length),
    twiddles: stagesOf(axis).map(({ radix, m }) => place((32 / lanes) * m * (radix - 1))),
  }));
}
