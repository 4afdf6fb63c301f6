import { RotoscopeError } from "./errors.js";
import type { Kernels } from "./kernels.js";
import { matrixKey } from "./matrix-key.js";
import { createMaps } from "./max-score-state.js";
import { type NdArray, sizeOf } from "./ndarray.js";
import { type AnalyzerResult, analyzerResult, type ResultFields } from "./result.js";
import { checkStorage, type MapStorage, putBack, StoredArray, takeRange } from "./stored-array.js";

/** How results are merged. */
export interface MergeOptions {
  /** Score of voxels that no split covers; nothing at or below it is taken over. Default 0. */
  readonly scoreThreshold?: number;
  /** Keep the merged maps in this storage. Default: in memory. */
  readonly fileBacked?: MapStorage;
}

/** Elements of a map held at a time when the outcome is stored. */
const SLAB = 1 << 18;

/**
 * Joins results of splits of one target (each with its offset), or of disjoint sets of rotations.
 *
 * The output covers max over splits of offset + shape; its offset is zero. Where splits overlap the higher score wins, ties go to the lowest
 * index of the joint mapping (the union of the matrices in order of first appearance). Voxels that no split covers keep `scoreThreshold` and -1.
 * `meanSquare` is weighted by voxels x rotations. Inputs are not modified. Throws a `RotoscopeError` (`shape`) that names the split.
 */
export function mergeMaxScores(
  results: readonly (AnalyzerResult | null | undefined)[],
  options: MergeOptions,
  kernels: Kernels,
): AnalyzerResult | null {
  const { scoreThreshold = 0 } = options;
  checkStorage(options.fileBacked);
  const splits = checkSplits(results, scoreThreshold);
  if (splits.length < 2) return splits[0] ?? null;
  const shape = splits[0]!.scores.shape.map((_, axis) =>
    Math.max(...splits.map((split) => split.offset[axis]! + split.scores.shape[axis]!)),
  );
  const { rotationMapping, joints } = joinMappings(splits);
  const maps = createMaps(shape, scoreThreshold, options.fileBacked ?? null, (bytes) => kernels.allocate(bytes, false));
  const numbers = splits.map((split) => results.indexOf(split));
  mergeSlabs(maps, splits, numbers, joints, scoreThreshold, kernels);
  return analyzerResult({
    ...maps,
    offset: shape.map(() => 0),
    rotationMapping,
    meanSquare: mergedMeanSquare(splits),
  });
}

/** The mean of squares of all splits, each weighted by its voxels x rotations. */
export function mergedMeanSquare(
  splits: readonly ResultFields[],
  voxelsOf: (shape: readonly number[]) => number = sizeOf,
): number {
  let sumOfSquares = 0;
  let observations = 0;
  for (const split of splits) {
    const weight = voxelsOf(split.scores.shape) * split.rotationMapping.size;
    if (weight > 0) sumOfSquares += split.meanSquare * weight;
    observations += weight;
  }
  return observations === 0 ? 0 : sumOfSquares / observations;
}

/** The results that are there, all of them found fit to be merged. Throws a `RotoscopeError` (`shape`) that names the split, by its place among `results`. */
export function checkSplits(
  results: readonly (AnalyzerResult | null | undefined)[],
  scoreThreshold: number,
): readonly AnalyzerResult[] {
  if (typeof scoreThreshold !== "number" || Number.isNaN(scoreThreshold))
    throw new RotoscopeError("argument", `scoreThreshold: ${scoreThreshold}, expected a number`);
  results.forEach((split, number) => {
    if (split != null) checkSplit(split, number, results);
  });
  return results.filter((result) => result != null);
}

function mergeSlabs(
  { scores, rotations }: { readonly scores: NdArray<Float32Array>; readonly rotations: NdArray<Int32Array> },
  splits: readonly ResultFields[],
  numbers: readonly number[],
  joints: readonly Int32Array[],
  scoreThreshold: number,
  kernels: Kernels,
): void {
  const [planes, ...plane] = scores.shape as [number, ...number[]];
  const size = sizeOf(plane);
  const thickness = scores instanceof StoredArray ? Math.max(1, Math.floor(SLAB / size)) : planes;
  for (let start = 0; start < planes; start += thickness) {
    const end = Math.min(start + thickness, planes);
    const best = takeRange(scores, start * size, end * size);
    const winners = takeRange(rotations, start * size, end * size);
    splits.forEach((split, number) => {
      const [depth, ...section] = split.scores.shape as [number, ...number[]];
      const [offset, ...shift] = split.offset as [number, ...number[]];
      const from = Math.max(start, offset) - offset;
      const to = Math.min(end, offset + depth) - offset;
      if (from >= to) return;
      const area = sizeOf(section);
      const taken = takeRange(split.rotations, from * area, to * area);
      checkWinners(taken, joints[number]!, numbers[number]!);
      kernels.mergeMaxima(
        best,
        winners,
        [end - start, ...plane],
        takeRange(split.scores, from * area, to * area),
        taken,
        [to - from, ...section],
        [offset + from - start, ...shift],
        joints[number]!,
        scoreThreshold,
      );
    });
    putBack(scores, start * size, best);
    putBack(rotations, start * size, winners);
  }
}

/** The union of the mappings, and per split the joint index of its rotation r at r + 1. */
export function joinMappings(splits: readonly ResultFields[]): {
  readonly rotationMapping: Map<number, Float32Array>;
  readonly joints: readonly Int32Array[];
} {
  const rotationMapping = new Map<number, Float32Array>();
  const indexOfMatrix = new Map<string, number>();
  const joints = splits.map((split) => {
    const most = [...split.rotationMapping.keys()].reduce((max, index) => Math.max(max, index), -1);
    const joint = new Int32Array(most + 2).fill(-1);
    for (const [index, matrix] of split.rotationMapping) {
      const key = matrixKey(matrix);
      const jointIndex = indexOfMatrix.get(key) ?? indexOfMatrix.size;
      indexOfMatrix.set(key, jointIndex);
      rotationMapping.set(jointIndex, matrix);
      joint[index + 1] = jointIndex;
    }
    return joint;
  });
  return { rotationMapping, joints };
}

/** Throws a `RotoscopeError` (`shape`) that names the split when a rotation of its map has no matrix. */
export function checkWinners(winners: Int32Array, joint: Int32Array, number: number): void {
  if (joint.indexOf(-1, 1) === -1 && areWithin(winners, -1, joint.length - 2)) return;
  for (let voxel = 0; voxel < winners.length; voxel++) {
    const winner = winners[voxel]!;
    if (winner !== -1 && (winner < -1 || winner + 1 >= joint.length || joint[winner + 1] === -1))
      throw new RotoscopeError("shape", `split ${number}: rotation ${winner} has no matrix in rotationMapping`);
  }
}

function areWithin(values: Int32Array, least: number, most: number): boolean {
  let outside = 0;
  for (let at = 0; at < values.length; at++) outside |= (values[at]! - least) | (most - values[at]!);
  return outside >= 0;
}

function checkSplit(
  split: AnalyzerResult,
  number: number,
  results: readonly (AnalyzerResult | null | undefined)[],
): void {
  const fail = (what: string): never => {
    throw new RotoscopeError("shape", `split ${number}: ${what}`);
  };
  const { scores, rotations, offset, rotationMapping } = split;
  const first = results.findIndex((result) => result != null);
  const dimensions = results[first]!.scores.shape.length;
  if (scores.shape.length !== dimensions)
    fail(`${scores.shape.length} dimensions (scores), split ${first} has ${dimensions}`);
  const types = [
    ["scores", scores, "float32"],
    ["rotations", rotations, "int32"],
  ] as const;
  for (const [name, array, expected] of types) {
    if (array instanceof StoredArray) continue;
    const given = typeName(array.data);
    if (given !== expected) fail(`dtype ${given}, expected ${expected} (${name})`);
    const size = sizeOf(array.shape);
    if (array.data.length !== size)
      fail(`${array.data.length} elements, shape [${array.shape}] needs ${size} (${name})`);
  }
  if (rotations.shape.join() !== scores.shape.join())
    fail(`shape [${rotations.shape}] (rotations), [${scores.shape}] (scores)`);
  if (offset.length !== dimensions || offset.some((start) => !Number.isInteger(start) || start < 0))
    fail(`offset [${offset}], expected ${dimensions} integers >= 0`);
  for (const index of rotationMapping.keys())
    if (!Number.isInteger(index) || index < 0)
      fail(`rotation index ${index} in rotationMapping, expected integers >= 0`);
}

function typeName(array: object): string {
  const name = array.constructor.name.replace("Array", "").toLowerCase();
  return name === "" ? "plain array" : name;
}
