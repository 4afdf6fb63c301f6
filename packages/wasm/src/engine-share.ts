import { base64 } from "../dist/engine-bytes.js";
import {
  type Arrangement,
  type AxisPlace,
  arrange,
  COUNTS,
  type EngineWork,
  PAGE,
  stagesOf,
  type WorkerPlaces,
} from "./engine-arrangement.js";
import { type EngineLayout, VECTOR } from "./engine-layout.js";
import { spectrumOrder } from "./engine-spectrum.js";
import { type EngineState, fillFactors, fillState } from "./engine-state.js";
import { padded, spansOf } from "./engine-template.js";
import { rootOfUnity } from "./engine-twiddles.js";

/** A forward Fourier transform, C order of the grid. */
export interface EngineSpectrum {
  readonly re: Float32Array;
  readonly im: Float32Array;
}

/** What a search works on. */
export interface EngineInput extends Omit<EngineWork, "withBackground"> {
  /** Grid position of the first score, per axis; may be negative. */
  readonly origin: readonly [number, number, number];
  /** Of the target, over the grid's size; `local` and `masked`: of its squares; `masked`: of the target's mask. */
  readonly spectra: readonly EngineSpectrum[];
  /** What was subtracted from the squares. */
  readonly meanSquare: number;
  /** What each score is multiplied by, C order of `shape`. */
  readonly factor: Float32Array;
  readonly template: Float32Array;
  /** A second template, whose best scores are kept apart. */
  readonly background: Float32Array | null;
  /** Weights of the template's voxels, >= 0; rotated along unless the score is `product`. */
  readonly mask: Float32Array;
  /** Interpolate by cubic splines instead of linearly. */
  readonly cubic: boolean;
  /** Rotated templates get mean 0 and deviation 1 within the mask; always so unless the score is `product`. */
  readonly standardised: boolean;
  readonly scoreThreshold: number;
  readonly workers: number;
}

/** One worker's places in the memory, in bytes. */
export interface EnginePlaces extends EngineState {
  readonly matrices: number;
  readonly slabs: number;
  readonly logs: number;
  readonly background: EngineState | null;
}

/** A search's memory, which threads share, and where everything is; passes between threads by reference. */
export interface EngineShare {
  readonly memory: WebAssembly.Memory;
  /** The kernels, compiled once for all threads. */
  readonly module: WebAssembly.Module;
  readonly layout: EngineLayout;
  readonly places: readonly EnginePlaces[];
}

/** Lays out and fills the memory of a search for `workers` workers. */
export function shareEngine(input: EngineInput): EngineShare {
  const places = arrange({ ...input, withBackground: input.background !== null }, input.workers);
  const pages = Math.ceil(places.end / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const words = new Int32Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  const { layout, spectrum, bytes } = places;
  for (const axis of places.axes) putAxis(axis, words, floats);
  putTemplates(input, places, words, floats);
  words.set(layout.startsB, places.startsB / 4);
  words.set(layout.startsC, places.startsC / 4);
  input.spectra.slice(0, COUNTS[input.score][2]).forEach((values, which) => {
    const start = (spectrum + which * bytes.spectrum) / 4;
    spectrumOrder(input, values, layout, floats.subarray(start, start + bytes.spectrum / 4));
  });
  for (const worker of places.workers)
    worker.states.forEach((state, which) => {
      putPlan(input, places, worker, which, words, floats);
      fillState({ floats, words }, state, layout, bytes.state, which === 0 ? input.scoreThreshold : 0);
      fillFactors(floats, state, layout, input.factor);
    });
  return {
    memory,
    module: new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))),
    layout,
    places: places.workers.map(({ states: [first, second], ...rest }) => ({
      ...first!,
      ...{ matrices: rest.matrices, slabs: rest.slabs, logs: rest.logs },
      background: second ?? null,
    })),
  };
}

function putAxis({ at, axis, stages, twiddles }: AxisPlace, words: Int32Array, floats: Float32Array): void {
  const { length, inputs, outputs, factors } = axis;
  words.set([length, inputs, outputs, factors.inner, factors.outer.length, stages], at / 4);
  stagesOf(axis).forEach((stage, index) => {
    const table = twiddles[index]!;
    words.set([stage.radix, stage.m, stage.blocks, table], stages / 4 + 4 * index);
    for (let j = 0, to = table / 4; j < stage.m; j++)
      for (let q = 1; q < stage.radix; q++, to += 2) floats.set(rootOfUnity(q * j, stage.radix * stage.m), to);
  });
}

function putTemplates(input: EngineInput, places: Arrangement, words: Int32Array, floats: Float32Array): void {
  const { templateShape, cubic, standardised } = input;
  const { layout, offsets, spans, mask } = places;
  places.templates.forEach(({ at, values }, which) => {
    floats.set(padded(which === 0 ? input.template : input.background!, templateShape, cubic), values / 4);
    words.set([...templateShape, spans, ...offsets, values, mask, +cubic, +standardised], at / 4);
  });
  const fixedMask = input.score === "product" ? input.mask : null;
  floats.set(fixedMask ?? padded(input.mask, templateShape, false), mask / 4);
  words.set(spansOf(templateShape, fixedMask), spans / 4);
  const row = VECTOR * layout.boxVectors;
  const offsetOf = [
    (index: number): number => index * row * layout.b.inputs,
    (index: number): number => index * row,
    (index: number): number => (index >> 2) * VECTOR + (index & 3) * 4,
  ];
  [layout.a, layout.b, layout.c].forEach(({ axis, inputs }, which) => {
    for (let index = 0; index < inputs; index++) words[offsets[axis]! / 4 + index] = offsetOf[which]!(index);
  });
}

/** The fields of the kernels' Plan, in their order. */
function putPlan(
  input: EngineInput,
  { layout, axes, templates, bytes, spectrum, startsB, startsC }: Arrangement,
  worker: WorkerPlaces,
  which: number,
  words: Int32Array,
  floats: Float32Array,
): void {
  const { plan, state, winners } = worker.states[which]!;
  const fields = [
    ...axes.map(({ at }) => at),
    ...[templates[which]!.at, worker.matrices, COUNTS[input.score][0], worker.box, bytes.box, layout.boxVectors],
    ...[worker.planes, bytes.planes, worker.tile, layout.startsB.length - 1, startsB, worker.planeIn, worker.planeOut],
    ...[4 * layout.boxVectors, 4 * Math.ceil(layout.c.outputs / 4), spectrum, bytes.spectrum, bytes.plane],
    ...[layout.startsC.length - 1, startsC, worker.slabs, bytes.slab, layout.shift, layout.blocks, layout.chunks],
    ...[worker.rowTiles, bytes.rowTiles, state, winners, layout.b.step, layout.c.step],
  ];
  words.set(fields, plan / 4);
  floats[plan / 4 + fields.length] = input.meanSquare;
}
