import { backward, first, forward, last, lastSwapped, PITCH, plain } from "./engine-kernels";

/**
 * One stage of a transform: `blocks` blocks of radix x m, twiddles at (j (radix - 1) + q - 1) x 8 bytes. A radix below 0 is one without a factor in common with m, which takes no twiddles; in their place is
 * by how many legs each row is turned.
 */
@unmanaged
export class Stage {
  radix: i32;
  m: i32;
  blocks: i32;
  twiddles: usize;
}

/** One axis of the grid: the first `inputs` indices are not zero going in, the first `outputs` are wanted. */
@unmanaged
export class Axis {
  length: i32;
  inputs: i32;
  outputs: i32;
  /** Radix of the innermost stage, which has no twiddles. */
  inner: i32;
  /** Number of stages outside it, at least one (of radix 1 where there is nothing to do). */
  outer: i32;
  stages: usize;
}

const STAGE_BYTES: usize = 16;

/** Stage `index` of an axis, 0 = the outermost. */
// @ts-ignore: decorator
@inline
export function stageOf(axis: Axis, index: i32): Stage {
  return changetype<Stage>(axis.stages + STAGE_BYTES * index);
}

/** Decimation in frequency down to the innermost stage: rows of `source` into the tile. */
export function forwardOuter(axis: Axis, source: usize, sourcePitch: usize, tile: usize, width: usize): void {
  const outermost = stageOf(axis, 0);
  first(outermost.radix, source, sourcePitch, tile, width, axis.inputs, outermost.m, outermost.twiddles);
  for (let index = 1; index < axis.outer; index++) {
    const stage = stageOf(axis, index);
    forward(stage.radix, tile, width, stage.blocks, stage.m, stage.twiddles);
  }
}

/** The innermost stage by itself. */
export function innermost(axis: Axis, tile: usize, width: usize): void {
  if (axis.inner > 1) plain(axis.inner, tile, width, axis.length / axis.inner);
}

/** Decimation in time from after the innermost stage to before the outermost. */
export function backwardInside(axis: Axis, tile: usize, width: usize): void {
  const legs = stageOf(axis, 0).radix;
  for (let leg = 0; leg < legs; leg++) backwardLeg(axis, tile + PITCH * (axis.length / legs * leg), width);
}

/** The same of one leg of the outermost stage. */
export function backwardLeg(axis: Axis, tile: usize, width: usize): void {
  const legs = stageOf(axis, 0).radix;
  for (let index = axis.outer - 1; index > 0; index--) {
    const stage = stageOf(axis, index);
    backward(stage.radix, tile, width, stage.blocks / legs, stage.m, stage.twiddles);
  }
}

/** The outermost stage of decimation in time: wanted rows `rowPitch` bytes apart, with real and imaginary parts exchanged where `swapped`. */
export function lastOuter(axis: Axis, tile: usize, width: usize, to: usize, rowPitch: usize, swapped: bool = false): void {
  const outermost = stageOf(axis, 0);
  if (swapped) lastSwapped(outermost.radix, tile, width, axis.outputs, outermost.m, outermost.twiddles, to, rowPitch);
  else last(outermost.radix, tile, width, axis.outputs, outermost.m, outermost.twiddles, to, rowPitch);
}
