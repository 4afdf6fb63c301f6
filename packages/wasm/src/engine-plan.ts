import type { EngineAxis } from "./engine-layout.js";
import { turnOf } from "./engine-length.js";
import { rootOfUnity } from "./engine-twiddles.js";

/** One axis of the grid as the kernels see it, its stages and their twiddles. */
export interface AxisPlace {
  readonly at: number;
  readonly axis: EngineAxis;
  readonly stages: number;
  readonly twiddles: readonly number[];
}

/** Fields of the kernels' Plan, in their order; the last one, the mean of squares, is a float. */
const FIELDS = [
  ...["axisA", "axisB", "axisC", "template", "matrices", "score", "box", "boxBytes", "boxVectors", "planes"],
  ...["planesBytes", "tile", "tilesB", "startsB", "planeIn", "planeOut", "rowsIn", "rowsOut", "planeOutBytes"],
  ...["spectrum", "spectrumBytes", "planeBytes", "pairs", "pairCount", "tilesC", "startsC", "slabs", "slabBytes"],
  ...["slabPitch", "rowTiles", "rowTilesBytes", "state", "winners", "stepB", "stepC"],
] as const;

/** Bytes of a plan. */
export const PLAN_BYTES: number = 4 * (FIELDS.length + 1);

/** Writes the fields of a plan that are given; the others are 0. */
export function putPlan(memory: WebAssembly.Memory, at: number, fields: Readonly<Record<string, number>>): void {
  const words = new Int32Array(memory.buffer, at, FIELDS.length);
  FIELDS.forEach((name, index) => {
    words[index] = fields[name] ?? 0;
  });
  new Float32Array(memory.buffer, at + 4 * FIELDS.length, 1)[0] = fields.meanSquare ?? 0;
}

/** Writes an axis, its stages and their twiddles, in single or double precision. */
export function putAxis(memory: WebAssembly.Memory, { at, axis, stages, twiddles }: AxisPlace, lanes: 2 | 4): void {
  const words = new Int32Array(memory.buffer);
  const values = lanes === 4 ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer);
  const { length, inputs, outputs, factors } = axis;
  words.set([length, inputs, outputs, factors.inner, factors.outer.length, stages], at / 4);
  stagesOf(axis).forEach((stage, index) => {
    if (stage.turn > 0) {
      words.set([-stage.radix, stage.m, stage.blocks, stage.turn], stages / 4 + 4 * index);
      return;
    }
    const table = twiddles[index]!;
    words.set([stage.radix, stage.m, stage.blocks, table], stages / 4 + 4 * index);
    for (let j = 0, to = table / values.BYTES_PER_ELEMENT; j < stage.m; j++)
      for (let q = 1; q < stage.radix; q++, to += 2) values.set(rootOfUnity(q * j, stage.radix * stage.m), to);
  });
}

interface StageShape {
  readonly radix: number;
  readonly m: number;
  readonly blocks: number;
  /** By how many legs each row is turned, for stages that need no twiddles; 0 for the others. */
  readonly turn: number;
}

/** The outer stages of an axis' transforms, the outermost first. */
export function stagesOf({ length, factors }: EngineAxis): readonly StageShape[] {
  let blocks = 1;
  return factors.outer.map((radix, index) => {
    const m = length / (blocks * radix);
    const stage = { radix, m, blocks, turn: index > 0 ? turnOf(radix, m) : 0 };
    blocks *= radix;
    return stage;
  });
}
