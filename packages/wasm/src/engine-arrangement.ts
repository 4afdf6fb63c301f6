import {
  type EngineAxis,
  type EngineLayout,
  type EngineShapes,
  engineLayout,
  VECTOR,
  vectors,
  WIDEST,
} from "./engine-layout.js";
import { paddedSize } from "./engine-template.js";

/**
 * How a rotation is scored. `product`: CC(f, g) times a factor per voxel. `local`: CC(f, g) over the local deviation of f within the rotated mask. `masked`: the masked
 * normalised cross-correlation of Padfield (IEEE TIP 21, 2706, 2012).
 */
export type EngineScore = "product" | "local" | "masked";

/** What decides on the memory that a search takes. */
export interface EngineWork extends Omit<EngineShapes, "wholeGrid"> {
  readonly score: EngineScore;
  /** Whether there is a second template, whose best scores are kept apart. */
  readonly withBackground: boolean;
}

/** Correlations, boxes and spectra that a score takes. */
export const COUNTS = { product: [1, 1, 1], local: [3, 2, 2], masked: [6, 3, 3] } as const;

/** Entries of each of a worker's two logs before they are handed over. */
export const LOG_ENTRIES = 16384;
/** Bytes of a page of memory. */
export const PAGE = 65536;
/** Static data of the compiled module comes before it. */
const START = 65536;

/** One axis of the grid as the kernels see it, its stages and their twiddles. */
export interface AxisPlace {
  readonly at: number;
  readonly axis: EngineAxis;
  readonly stages: number;
  readonly twiddles: readonly number[];
}

/** One worker's places, in bytes; a state per template. */
export type WorkerPlaces = Readonly<
  Record<"matrices" | "box" | "planes" | "tile" | "planeIn" | "planeOut" | "slabs" | "rowTiles" | "logs", number>
> & { readonly states: readonly Readonly<Record<"plan" | "state" | "winners", number>>[] };

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
  readonly spectrum: number;
  readonly bytes: Readonly<Record<"plane" | "spectrum" | "box" | "planes" | "slab" | "rowTiles" | "state", number>>;
  readonly workers: readonly WorkerPlaces[];
  readonly end: number;
}

/** Lays out the memory of a search. */
export function arrange(work: EngineWork, workers: number): Arrangement {
  const layout = engineLayout({ ...work, wholeGrid: work.score === "masked" });
  const [correlations, boxes, spectra] = COUNTS[work.score];
  const { templateShape } = work;
  const { a, b, c } = layout;
  let end = START;
  const place = (size: number): number => {
    const at = end;
    end = Math.ceil((end + size) / 64) * 64 + 64;
    return at;
  };
  const plane = vectors(b.length) * VECTOR * c.length;
  const row = VECTOR * layout.boxVectors;
  const bytes = {
    plane,
    spectrum: plane * a.length,
    box: row * b.inputs * a.inputs,
    planes: row * b.inputs * a.length,
    slab: VECTOR * vectors(c.outputs) * layout.chunks * (layout.blocks << layout.shift),
    rowTiles: (VECTOR * WIDEST * a.length) << layout.shift,
    state: VECTOR * vectors(c.outputs) * b.outputs * a.outputs,
  };
  const longest = Math.max(a.length, 4 * vectors(b.length), c.length);
  const templates = Array.from({ length: work.withBackground ? 2 : 1 }, () => ({
    at: place(44),
    values: place(4 * paddedSize(templateShape)),
  }));
  return {
    layout,
    axes: [a, b, c].map((axis) => ({
      at: place(24),
      axis,
      stages: place(16 * axis.factors.outer.length),
      twiddles: stagesOf(axis).map(({ radix, m }) => place(8 * m * (radix - 1))),
    })),
    templates,
    mask: place(4 * paddedSize(templateShape)),
    spans: place(8 * templateShape[0] * templateShape[1]),
    offsets: templateShape.map((length) => place(4 * length)),
    startsB: place(4 * layout.startsB.length),
    startsC: place(4 * layout.startsC.length),
    spectrum: place(bytes.spectrum * spectra),
    bytes,
    workers: Array.from({ length: workers }, () => ({
      matrices: place(144),
      box: place(bytes.box * boxes),
      planes: place(bytes.planes * boxes),
      tile: place(VECTOR * WIDEST * longest),
      planeIn: place(row * vectors(b.length) * 4),
      planeOut: place(VECTOR * vectors(b.length) * 4 * vectors(c.outputs)),
      slabs: place(bytes.slab * correlations),
      rowTiles: place(bytes.rowTiles * correlations),
      logs: place(2 * 8 * LOG_ENTRIES),
      states: templates.map(() => ({ plan: place(160), state: place(bytes.state), winners: place(bytes.state / 2) })),
    })),
    end,
  };
}

/** Bytes of the memory that a search shares among `workers` workers; at most 2^32 can be had. */
export function engineBytes(work: EngineWork, workers: number): number {
  return Math.ceil(arrange(work, workers).end / PAGE) * PAGE;
}

interface StageShape {
  readonly radix: number;
  readonly m: number;
  readonly blocks: number;
}

/** The outer stages of an axis' transforms, the outermost first. */
export function stagesOf({ length, factors }: EngineAxis): readonly StageShape[] {
  let blocks = 1;
  return factors.outer.map((radix) => {
    const stage = { radix, m: length / (blocks * radix), blocks };
    blocks *= radix;
    return stage;
  });
}
