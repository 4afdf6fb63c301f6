import {
  type EngineAxis,
  type EngineLayout,
  type EngineShapes,
  engineLayout,
  VECTOR,
  vectors,
  WIDEST,
} from "./engine-layout.js";
import { spectrumOrder } from "./engine-spectrum.js";
import { rootOfUnity } from "./engine-twiddles.js";

/** What a search works on. */
export interface EngineInput extends EngineShapes {
  /** Grid position of the first score, per axis; may be negative. */
  readonly origin: readonly [number, number, number];
  /** Forward transform of the target, C order of the grid. */
  readonly spectrumRe: Float32Array;
  readonly spectrumIm: Float32Array;
  /** What each score is multiplied by, C order of `shape`. */
  readonly factor: Float32Array;
  readonly template: Float32Array;
  /** Weights of the template's voxels, >= 0. */
  readonly mask: Float32Array;
  readonly scoreThreshold: number;
  readonly workers: number;
}

/** One worker's places in the memory, in bytes. */
export interface EnginePlaces {
  readonly plan: number;
  readonly matrices: number;
  readonly slabs: number;
  readonly state: number;
  readonly winners: number;
  readonly logs: number;
}

/** A search's memory, which threads share, and where everything is; passes between threads by reference. */
export interface EngineShare {
  readonly memory: WebAssembly.Memory;
  readonly layout: EngineLayout;
  readonly places: readonly EnginePlaces[];
}

/** Entries of each of a worker's two logs before they are handed over. */
export const LOG_ENTRIES = 16384;
const PAGE = 65536;
/** Static data of the compiled module comes before it. */
const START = 65536;

/** Where everything lies in the memory of a search, in bytes. */
interface Arrangement {
  readonly end: number;
  readonly axes: readonly { readonly at: number; readonly stages: number; readonly axis: EngineAxis }[];
  readonly twiddles: readonly (readonly number[])[];
  readonly template: number;
  readonly templateData: number;
  readonly templateMask: number;
  readonly spans: number;
  readonly offsets: readonly number[];
  readonly startsB: number;
  readonly startsC: number;
  readonly spectrum: number;
  readonly planeBytes: number;
  readonly places: readonly (EnginePlaces & Scratch)[];
}

/** A worker's places that only the kernels look at. */
type Scratch = Readonly<Record<"box" | "planes" | "tile" | "planeIn" | "planeOut" | "rowTiles", number>>;

function arrange(layout: EngineLayout, templateShape: EngineShapes["templateShape"], workers: number): Arrangement {
  const { a, b, c } = layout;
  let end = START;
  const place = (bytes: number): number => {
    const at = end;
    end = Math.ceil((end + bytes) / 64) * 64 + 64;
    return at;
  };
  const [depth, height, width] = templateShape;
  const vectorsB = vectors(b.length);
  const planeBytes = vectorsB * VECTOR * c.length;
  const axes = [a, b, c].map((axis) => ({ at: place(24), stages: place(16 * axis.factors.outer.length), axis }));
  const twiddles = axes.map(({ axis }) => stagesOf(axis).map(({ radix, m }) => place(8 * m * (radix - 1))));
  const template = place(36);
  const templateData = place(4 * depth * height * width);
  const templateMask = place(4 * depth * height * width);
  const spans = place(8 * depth * height);
  const offsets = templateShape.map((length) => place(4 * length));
  const startsB = place(4 * layout.startsB.length);
  const startsC = place(4 * layout.startsC.length);
  const spectrum = place(planeBytes * a.length);
  const rowsOut = 4 * vectors(c.outputs);
  const stateBytes = VECTOR * vectors(c.outputs) * b.outputs * a.outputs;
  const longest = Math.max(a.length, 4 * vectorsB, c.length);
  const places = Array.from({ length: workers }, () => ({
    plan: place(128),
    matrices: place(144),
    box: place(VECTOR * layout.boxVectors * b.inputs * a.inputs),
    planes: place(VECTOR * layout.boxVectors * b.inputs * a.length),
    tile: place(VECTOR * WIDEST * longest),
    planeIn: place(VECTOR * vectorsB * 4 * layout.boxVectors),
    planeOut: place(VECTOR * vectorsB * rowsOut),
    slabs: place(VECTOR * vectors(c.outputs) * layout.chunks * (layout.blocks << layout.shift)),
    rowTiles: place((VECTOR * WIDEST * a.length) << layout.shift),
    state: place(stateBytes),
    winners: place(stateBytes / 2),
    logs: place(2 * 8 * LOG_ENTRIES),
  }));
  return {
    ...{ end, axes, twiddles, template, templateData, templateMask, spans, offsets },
    ...{ startsB, startsC, spectrum, planeBytes, places },
  };
}

/** Bytes of the memory that a search of these shapes shares among `workers` workers; at most 2^32 can be had. */
export function engineBytes(shapes: EngineShapes, workers: number): number {
  return Math.ceil(arrange(engineLayout(shapes), shapes.templateShape, workers).end / PAGE) * PAGE;
}

/** Lays out and fills the memory of a search for `workers` workers. */
export function shareEngine(input: EngineInput): EngineShare {
  const layout = engineLayout(input);
  const { a, b, c } = layout;
  const [depth, height, width] = input.templateShape;
  const { end, axes, twiddles, template, templateData, templateMask, spans, offsets, ...rest } = arrange(
    layout,
    input.templateShape,
    input.workers,
  );
  const { startsB, startsC, spectrum, planeBytes, places } = rest;
  const rowsIn = 4 * layout.boxVectors;
  const rowsOut = 4 * vectors(c.outputs);
  const pages = Math.ceil(end / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const words = new Int32Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  axes.forEach(({ at, stages, axis }, which) => {
    const { length, inputs, outputs, factors } = axis;
    words.set([length, inputs, outputs, factors.inner, factors.outer.length, stages], at / 4);
    stagesOf(axis).forEach((stage, index) => {
      const table = twiddles[which]![index]!;
      words.set([stage.radix, stage.m, stage.blocks, table], stages / 4 + 4 * index);
      for (let j = 0, to = table / 4; j < stage.m; j++)
        for (let q = 1; q < stage.radix; q++, to += 2) floats.set(rootOfUnity(q * j, stage.radix * stage.m), to);
    });
  });
  words.set([templateData, templateMask, depth, height, width, spans, ...offsets], template / 4);
  floats.set(input.template, templateData / 4);
  floats.set(input.mask, templateMask / 4);
  words.set(spansOf(input.mask, width), spans / 4);
  const row = VECTOR * layout.boxVectors;
  const offsetOf = [
    (index: number): number => index * row * b.inputs,
    (index: number): number => index * row,
    (index: number): number => (index >> 2) * VECTOR + (index & 3) * 4,
  ];
  [a, b, c].forEach(({ axis, inputs }, which) => {
    for (let index = 0; index < inputs; index++) words[offsets[axis]! / 4 + index] = offsetOf[which]!(index);
  });
  words.set(layout.startsB, startsB / 4);
  words.set(layout.startsC, startsC / 4);
  spectrumOrder(input, layout, floats.subarray(spectrum / 4, (spectrum + planeBytes * a.length) / 4));
  for (const p of places) {
    words.set(
      [
        ...axes.map(({ at }) => at),
        ...[template, p.matrices, p.box, layout.boxVectors, p.planes, p.tile],
        ...[layout.startsB.length - 1, startsB, p.planeIn, p.planeOut, rowsIn, rowsOut, spectrum, planeBytes],
        ...[layout.startsC.length - 1, startsC, p.slabs, layout.shift, layout.blocks, layout.chunks, p.rowTiles],
        ...[p.state, p.winners, b.step, c.step],
      ],
      p.plan / 4,
    );
    fillState(floats, words, p, layout, input);
  }
  return { memory, layout, places };
}

interface StageShape {
  readonly radix: number;
  readonly m: number;
  readonly blocks: number;
}

function stagesOf({ length, factors }: EngineAxis): readonly StageShape[] {
  let blocks = 1;
  return factors.outer.map((radix) => {
    const stage = { radix, m: length / (blocks * radix), blocks };
    blocks *= radix;
    return stage;
  });
}

/** Per row the first x of the mask and the one after the last. */
function spansOf(mask: Float32Array, width: number): Int32Array {
  const spans = new Int32Array((2 * mask.length) / width);
  for (let row = 0; row < mask.length / width; row++) {
    const weights = mask.subarray(row * width, (row + 1) * width);
    const first = weights.findIndex((weight) => weight !== 0);
    if (first < 0) continue;
    let end = width;
    while (weights[end - 1] === 0) end--;
    spans.set([first, end], 2 * row);
  }
  return spans;
}

/** Lanes beyond the map's edge get a best score of Infinity and a factor of 0, so that they never improve nor count. */
function fillState(
  floats: Float32Array,
  words: Int32Array,
  places: EnginePlaces,
  layout: EngineLayout,
  { factor, scoreThreshold }: EngineInput,
): void {
  forEachVector(layout, (vector, voxel, lanes) => {
    for (let lane = 0; lane < 4; lane++) {
      const inside = lane < lanes;
      floats[places.state / 4 + 8 * vector + lane] = inside ? factor[voxel + lane * layout.c.step]! : 0;
      floats[places.state / 4 + 8 * vector + 4 + lane] = inside ? scoreThreshold : Number.POSITIVE_INFINITY;
      words[places.winners / 4 + 4 * vector + lane] = -1;
    }
  });
}

/** Calls back for each vector of the tiled maps, in their order: its number, the flat index of its first voxel, its lanes inside the map. */
export function forEachVector(
  { a, b, c, startsC }: EngineLayout,
  visit: (vector: number, voxel: number, lanes: number) => void,
): void {
  let vector = 0;
  for (let tile = 1; tile < startsC.length; tile++)
    for (let y = 0; y < b.outputs; y++)
      for (let z = 0; z < a.outputs; z++)
        for (let v = startsC[tile - 1]!; v < startsC[tile]!; v++, vector++)
          visit(vector, z * a.step + y * b.step + 4 * v * c.step, Math.min(4, c.outputs - 4 * v));
}
