import { checkList, checkObject } from "./check-argument.js";
import { RotoscopeError } from "./errors.js";

/** How the voxels of a convolution's array lie in the target. Shapes are per axis, slowest first. */
export interface ScoreSpace {
  readonly targetShape: readonly number[];
  readonly templateShape: readonly number[];
  /** Shape of the periodic array. Default: the convolution's. */
  readonly fastShape?: readonly number[];
  /** Default: target + template - 1. */
  readonly convolutionShape?: readonly number[];
  /** Added to a position first. Default: zeros. */
  readonly fourierShift?: readonly number[];
  /** `full`, `same` (default) or `valid`: which part of the convolution is the output. */
  readonly convolutionMode?: "full" | "same" | "valid";
}

/** Positions, and which of them lie inside the array they lead to. */
export interface MappedPositions {
  readonly positions: number[][];
  readonly inside: boolean[];
}

/**
 * Takes voxels of score space to target coordinates: adds the shift, wraps modulo the fast shape, subtracts start = trunc((convolutionShape - outputShape) / 2).
 *
 * Inside are those from 0 to below the output shape. Throws a `RotoscopeError` (`argument`, `shape`) that names the argument.
 */
export function scoreToCart(positions: readonly (readonly number[])[], space: ScoreSpace): MappedPositions {
  const { fast, shift, start, output } = frame(space);
  checkList("positions", positions, "a list of voxels");
  const mapped = positions.map((position, number) =>
    checked(position, number, fast).map((p, axis) => wrap(p + shift[axis]!, fast[axis]!) - start[axis]!),
  );
  return { positions: mapped, inside: mapped.map((position) => isWithin(position, output)) };
}

/**
 * The inverse of `scoreToCart`: takes target coordinates to voxels of score space. Inside are those whose target coordinates lie in the output.
 *
 * Throws a `RotoscopeError` (`argument`, `shape`) that names the argument.
 */
export function cartToScore(positions: readonly (readonly number[])[], space: ScoreSpace): MappedPositions {
  const { fast, shift, start, output } = frame(space);
  checkList("positions", positions, "a list of voxels");
  const inside = positions.map((position, number) => isWithin(checked(position, number, fast), output));
  const mapped = positions.map((position) =>
    position.map((p, axis) => wrap(p + start[axis]! - shift[axis]!, fast[axis]!)),
  );
  return { positions: mapped, inside };
}

function frame(space: ScoreSpace): {
  readonly fast: readonly number[];
  readonly shift: readonly number[];
  readonly start: readonly number[];
  readonly output: readonly number[];
} {
  checkObject("scoreSpace", space, "an object with targetShape and templateShape");
  const { targetShape, templateShape, convolutionMode = "same" } = space;
  checkList("targetShape", targetShape, "a shape");
  checkList("templateShape", templateShape, "a shape");
  const convolution = space.convolutionShape ?? targetShape.map((t, axis) => t + templateShape[axis]! - 1);
  const fast = space.fastShape ?? convolution;
  const shift = space.fourierShift ?? targetShape.map(() => 0);
  const shapes = { targetShape, templateShape, convolutionShape: convolution, fastShape: fast, fourierShift: shift };
  for (const [name, value] of Object.entries(shapes))
    if (!Array.isArray(value) || value.length !== targetShape.length || value.some((entry) => !Number.isInteger(entry)))
      throw new RotoscopeError("shape", `${name}: [${value}], targetShape [${targetShape}]`);
  const outputs = {
    full: convolution,
    same: targetShape,
    valid: targetShape.map((t, axis) => t - templateShape[axis]! + 1),
  };
  const output = outputs[convolutionMode];
  if (output === undefined)
    throw new RotoscopeError("argument", `convolutionMode: ${convolutionMode as string}, expected full, same or valid`);
  const start = output.map((length, axis) => Math.trunc((convolution[axis]! - length) / 2));
  return { fast, shift, start, output };
}

function checked(position: readonly number[], number: number, shape: readonly number[]): readonly number[] {
  if (!Array.isArray(position) || position.length !== shape.length || position.some((p) => !Number.isFinite(p)))
    throw new RotoscopeError("argument", `positions: ${number} is [${position}], expected ${shape.length} numbers`);
  return position;
}

function isWithin(position: readonly number[], shape: readonly number[]): boolean {
  return position.every((p, axis) => p >= 0 && p < shape[axis]!);
}

function wrap(value: number, length: number): number {
  return ((value % length) + length) % length;
}
