import { base64, sha256 } from "../dist/engine-bytes.js";
import { type Arrangement, arrange, axisPlaces, bytesOf, type EngineWork, PAGE, places } from "./engine-arrangement.js";
import { type GridImage, putImage } from "./engine-image.js";
import { type EngineLayout, vectors } from "./engine-layout.js";
import { PLAN_BYTES, putAxis, putPlan } from "./engine-plan.js";
import { compiled } from "./instantiate.js";

/** The memory of a search that is being prepared. */
export interface EngineRoom {
  readonly memory: WebAssembly.Memory;
  /** The kernels, compiled once for all threads. */
  readonly module: WebAssembly.Module;
  readonly work: EngineWork;
  readonly arrangement: Arrangement;
  /** Where what workers need for themselves begins; until they start the target is prepared there. */
  readonly scratch: number;
  /** Bytes from there on. */
  readonly scratchBytes: number;
}

/** Takes the memory of a search for `workers` workers, with `leastScratch` bytes at least to prepare the target in. */
export function engineRoom(work: EngineWork, workers: number, leastScratch = 0): EngineRoom {
  const arrangement = arrange(work, workers);
  const { memory: scratch } = arrangement.workers[0]!;
  const pages = Math.ceil(Math.max(arrangement.end, scratch + leastScratch, spectrumPlaces(arrangement).end) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return { memory, module: compiled(base64), work, arrangement, scratch, scratchBytes: pages * PAGE - scratch };
}

/** Bytes of the memory that a search shares among `workers` workers; at most 2^32 can be had. */
export function engineBytes(work: EngineWork, workers: number): number {
  const arrangement = arrange(work, workers);
  return Math.ceil(Math.max(arrangement.end, spectrumPlaces(arrangement).end) / PAGE) * PAGE;
}

/** What the rounding of a search's scores depends on besides its inputs: the kernels, and how they cut the work. */
export function engineIdentity(work: EngineWork): string {
  return JSON.stringify([sha256, arrange(work, 1).layout]);
}

/** Bytes in which `room`'s target can be prepared without more memory than the search takes. */
export function scratchBytes(work: EngineWork, workers: number): number {
  return engineBytes(work, workers) - arrange(work, workers).workers[0]!.memory;
}

/** The forward transform of an image over the grid's size to the place of spectrum `which`, in the order in which the kernels meet it. */
export function putSpectrum({ memory, module, arrangement }: EngineRoom, which: number, image: GridImage): void {
  const { layout, axes, bytes, plan, tile, box, planeIn } = spectrumPlaces(arrangement);
  putImage(memory, box, layout, image, 1 / (layout.a.length * layout.b.length * layout.c.length), false);
  for (const axis of axes) putAxis(memory, axis, 4);
  putPlan(memory, plan, {
    ...{ axisA: axes[0]!.at, axisB: axes[1]!.at, axisC: axes[2]!.at, box, boxVectors: layout.boxVectors },
    ...{ tile, tilesB: layout.startsB.length - 1, startsB: arrangement.startsB, planeIn, planeBytes: bytes.plane },
    ...{ pairs: arrangement.pairs, pairCount: layout.pairs.length },
    rowsIn: 4 * layout.boxVectors,
  });
  const words = new Int32Array(memory.buffer);
  words.set(layout.startsB, arrangement.startsB / 4);
  words.set(layout.pairs.flat(), arrangement.pairs / 4);
  const env = { memory, flush: () => {} };
  const { spectrum } = new WebAssembly.Instance(module, { env }).exports as unknown as {
    spectrum(plan: number, to: number): void;
  };
  spectrum(plan, arrangement.spectrum + which * arrangement.bytes.spectrum);
}

/** The layout of a whole grid of inputs, its axes in the same order. */
export function wholeGrid(layout: EngineLayout): EngineLayout {
  const whole = (axis: EngineLayout["a"]): EngineLayout["a"] => ({ ...axis, inputs: axis.length });
  const { a, b, c, lanes } = layout;
  return { ...layout, a: whole(a), b: whole(b), c: whole(c), boxVectors: vectors(c.length, lanes) };
}

/** Where the forward transform of a whole grid takes place. */
function spectrumPlaces(arrangement: Arrangement) {
  const layout = wholeGrid(arrangement.layout);
  const bytes = bytesOf(layout);
  const { place, end } = places(arrangement.workers[0]!.memory);
  return {
    ...{ layout, bytes },
    axes: axisPlaces(layout, place),
    plan: place(PLAN_BYTES),
    tile: place(bytes.tile),
    box: place(bytes.box),
    planeIn: place(bytes.planeIn),
    end: end(),
  };
}
