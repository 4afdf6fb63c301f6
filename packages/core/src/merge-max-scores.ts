import { checkList } from "./check-argument.js";
import { RotoscopeError } from "./errors.js";
import type { Kernels } from "./kernels.js";
import { matrixKey } from "./matrix-key.js";
import { emptyMaps, type Maps } from "./max-score-state.js";
import type { MergePiece, StrayWinner } from "./merge-maxima.js";
import { sizeOf } from "./ndarray.js";
import { checkOptions } from "./post-process.js";
import { type AnalyzerResult, analyzerResult, type ResultFields } from "./result.js";
import { checkStorage, type MapStorage, StoredArray, takeRange, writeRange } from "./stored-array.js";

/** How results are merged. */
export interface MergeOptions {
  /** Score of voxels that no split covers; nothing at or below it is taken over. Default 0. */
  readonly scoreThreshold?: number;
  /** Keep the merged maps in this storage. Default: in memory. */
  readonly fileBacked?: MapStorage;
}

/** Elements of a map that are merged at a time, from all splits: they stay in a processor's cache. */
const SLAB = 1 << 17;

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
  checkOptions(options);
  const { scoreThreshold = 0 } = options;
  checkStorage(options.fileBacked);
  const splits = checkSplits(results, scoreThreshold);
  if (splits.length < 2) return splits[0] ?? null;
  const shape = splits[0]!.scores.shape.map((_, axis) =>
    Math.max(...splits.map((split) => split.offset[axis]! + split.scores.shape[axis]!)),
  );
  const { rotationMapping, joints } = joinMappings(splits);
  const maps = emptyMaps(shape, options.fileBacked ?? null, (bytes) => new Uint8Array(bytes));
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
  if (!Array.isArray(results))
    throw new RotoscopeError("argument", `results: ${String(results)}, expected a list of results`);
  results.forEach((split, number) => {
    if (split == null) return;
    for (const name of ["scores", "rotations", "offset", "rotationMapping"] as const)
      if (split[name] == null) throw new RotoscopeError("shape", `split ${number}: no ${name}`);
    for (const name of ["scores", "rotations"] as const)
      checkList(`split ${number}: ${name}: shape`, split[name].shape, "an NdArray");
    checkList(`split ${number}: offset`, split.offset, "integers");
  });
  results.forEach((split, number) => {
    if (split != null) checkSplit(split, number, results);
  });
  return results.filter((result) => result != null);
}

function mergeSlabs(
  { scores, rotations }: Maps,
  splits: readonly ResultFields[],
  numbers: readonly number[],
  joints: readonly Int32Array[],
  scoreThreshold: number,
  kernels: Kernels,
): void {
  const [planes, ...plane] = scores.shape as [number, ...number[]];
  const size = sizeOf(plane);
  const thickness = Math.max(1, Math.min(planes, Math.floor(SLAB / size)));
  // On the way to the maps, which then are plain memory: large pages where the system gives them, and other threads can have it.
  const slab = emptyMaps([thickness * size], null, (bytes) => kernels.allocate(bytes, false));
  for (let start = 0; start < planes; start += thickness) {
    const end = Math.min(start + thickness, planes);
    const best = slab.scores.data.subarray(0, (end - start) * size);
    const winners = slab.rotations.data.subarray(0, (end - start) * size);
    const pieces = splits.map((split, number) => pieceOf(split, joints[number]!, start, end));
    checkStray(kernels.mergeMaxima(best, winners, [end - start, ...plane], pieces, scoreThreshold), numbers);
    writeRange(scores, start * size, best);
    writeRange(rotations, start * size, winners);
  }
}

/** What a split has of the planes `start` ... `end` - 1, nothing perhaps. */
function pieceOf(split: ResultFields, joint: Int32Array, start: number, end: number): MergePiece {
  const [depth, ...section] = split.scores.shape as [number, ...number[]];
  const [offset, ...shift] = split.offset as [number, ...number[]];
  const from = Math.max(start, offset) - offset;
  const to = Math.max(from, Math.min(end, offset + depth) - offset);
  const area = sizeOf(section);
  return {
    scores: takeRange(split.scores, from * area, to * area),
    winners: takeRange(split.rotations, from * area, to * area),
    shape: [to - from, ...section],
    offset: [offset + from - start, ...shift],
    joint,
  };
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

/** Throws a `RotoscopeError` (`shape`) that names the split unless `stray`, the outcome of `mergeMaxima`, is null; `numbers` are those of the pieces' splits. */
export function checkStray(stray: StrayWinner | null, numbers: readonly number[]): void {
  if (stray !== null)
    throw new RotoscopeError(
      "shape",
      `split ${numbers[stray.piece]}: rotation ${stray.winner} has no matrix in rotationMapping`,
    );
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
    if (!ArrayBuffer.isView(array.data)) fail(`dtype ${typeof array}, expected an NdArray of ${expected} (${name})`);
    const given = typeName(array.data);
    if (given !== expected) fail(`dtype ${given}, expected ${expected} (${name})`);
    const size = sizeOf(array.shape);
    if (array.data.length !== size)
      fail(`${array.data.length} elements, shape [${array.shape}] needs ${size} (${name})`);
  }
  if (!(rotationMapping instanceof Map)) fail(`rotationMapping: ${String(rotationMapping)}, expected a Map`);
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
