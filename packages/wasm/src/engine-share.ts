import { COUNTS, TEMPLATE_BYTES, type WorkerPlaces } from "./engine-arrangement.js";
import type { GridImage } from "./engine-image.js";
import { type EngineLayout, VECTOR, vectors } from "./engine-layout.js";
import { putAxis, putPlan } from "./engine-plan.js";
import { type EngineRoom, putSpectrum } from "./engine-room.js";
import { copyState, type EngineState, fillState } from "./engine-state.js";
import { padded, spansOf } from "./engine-template.js";

/** What a search works on. */
export interface EngineInput {
  /** The target, its squares (`local`, `masked`) and its mask (`masked`), with the first score's box at the grid's origin. */
  readonly images: readonly GridImage[];
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

/** Fills the memory of a search. */
export function shareEngine(room: EngineRoom, input: EngineInput): EngineShare {
  const { memory, module, arrangement } = room;
  const { layout, axes, bytes } = arrangement;
  input.images.slice(0, COUNTS[room.work.score][2]).forEach((image, which) => {
    putSpectrum(room, which, image);
  });
  const words = new Int32Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  for (const axis of axes) putAxis(memory, axis, 4);
  putTemplates(input, room, words, floats);
  words.set(layout.startsB, arrangement.startsB / 4);
  words.set(layout.startsC, arrangement.startsC / 4);
  words.set(layout.pairs.flat(), arrangement.pairs / 4);
  for (const worker of arrangement.workers) {
    // What the kernels leave out must be 0: the target was prepared there.
    new Uint8Array(memory.buffer, worker.box, worker.planes - worker.box).fill(0);
    new Uint8Array(memory.buffer, worker.planeOut, worker.slabs - worker.planeOut).fill(0);
    worker.states.forEach((state, which) => {
      putSearchPlan(room, input.meanSquare, worker, which);
      const first = arrangement.workers[0]!.states[which]!;
      const scoreThreshold = which === 0 ? input.scoreThreshold : 0;
      if (state === first) fillState({ floats, words }, state, layout, bytes.state, input.factor, scoreThreshold);
      else copyState(words, first, state, bytes.state);
    });
  }
  return {
    ...{ memory, module, layout },
    places: arrangement.workers.map(({ states: [first, second], ...rest }) => ({
      ...first!,
      ...{ matrices: rest.matrices, slabs: rest.slabs, logs: rest.logs },
      background: second ?? null,
    })),
  };
}

function putTemplates(
  input: EngineInput,
  { work, arrangement: places }: EngineRoom,
  words: Int32Array,
  floats: Float32Array,
): void {
  const { cubic, standardised } = input;
  const { templateShape } = work;
  const { layout, offsets, spans, mask } = places;
  const weights = input.mask.reduce((sum, weight) => sum + weight, 0);
  places.templates.forEach(({ at, values }, which) => {
    floats.set(padded(which === 0 ? input.template : input.background!, templateShape, cubic), values / 4);
    words.set([...templateShape, spans, ...offsets, values, mask, +cubic, +standardised], at / 4);
    new Float64Array(words.buffer, at + TEMPLATE_BYTES - 8, 1)[0] = weights;
  });
  const fixedMask = work.score === "product" ? input.mask : null;
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

function putSearchPlan(
  { memory, work, arrangement }: EngineRoom,
  meanSquare: number,
  worker: WorkerPlaces,
  which: number,
): void {
  const { layout, axes, templates, bytes, spectrum, startsB, startsC, pairs } = arrangement;
  const { plan, state, winners } = worker.states[which]!;
  const { matrices, box, planes, tile, planeIn, planeOut, slabs, rowTiles } = worker;
  putPlan(memory, plan, {
    ...{ axisA: axes[0]!.at, axisB: axes[1]!.at, axisC: axes[2]!.at, template: templates[which]!.at, matrices },
    ...{ score: COUNTS[work.score][0], box, boxBytes: bytes.box, boxVectors: layout.boxVectors },
    ...{ planes, planesBytes: bytes.planes, tile, tilesB: layout.startsB.length - 1, startsB, planeIn, planeOut },
    ...{ rowsIn: 4 * layout.boxVectors, rowsOut: 4 * vectors(layout.c.outputs) },
    ...{ planeOutBytes: bytes.planeOut, pairs, pairCount: layout.pairs.length },
    ...{ spectrum, spectrumBytes: bytes.spectrum, planeBytes: bytes.plane, tilesC: layout.startsC.length - 1, startsC },
    ...{ slabs, slabBytes: bytes.slab, slabPitch: layout.slabPitch },
    ...{ rowTiles, rowTilesBytes: bytes.rowTiles, state, winners, stepB: layout.b.step, stepC: layout.c.step },
    meanSquare,
  });
}
