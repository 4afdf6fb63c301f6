import { RotoscopeError } from "./errors.js";
import { matrixKey } from "./matrix-key.js";
import { type NdArray, ndarray, sizeOf } from "./ndarray.js";
import { type AnalyzerResult, analyzerResult } from "./result.js";

/**
 * Joins results of splits of one target (each with its offset), or of disjoint sets of rotations.
 *
 * The output covers max over splits of offset + shape; its offset is zero. Where splits overlap the higher score wins, ties go to the lowest
 * index of the joint mapping (the union of the matrices in order of first appearance). Voxels that no split covers keep `scoreThreshold` and -1.
 * Inputs are not modified. Throws a `RotoscopeError` (`shape`) that names the split.
 */
export function mergeMaxScores(
  results: readonly (AnalyzerResult | null | undefined)[],
  scoreThreshold: number,
): AnalyzerResult | null {
  const splits = results.filter((result) => result != null);
  const first = splits[0];
  if (first === undefined) return null;
  if (splits.length === 1) return first;
  const dimensions = first.scores.shape.length;
  splits.forEach((split, number) => {
    checkSplit(split, number, dimensions);
  });
  const shape = first.scores.shape.map((_, axis) =>
    Math.max(...splits.map((split) => split.offset[axis]! + split.scores.shape[axis]!)),
  );
  const scores = ndarray(new Float32Array(sizeOf(shape)).fill(scoreThreshold), shape);
  const rotations = ndarray(new Int32Array(sizeOf(shape)).fill(-1), shape);
  const rotationMapping = new Map<number, Float32Array>();
  const indexOfMatrix = new Map<string, number>();
  let sumOfSquares = 0;
  let observations = 0;
  for (const split of splits) {
    const joint = new Map<number, number>([[-1, -1]]);
    for (const [index, matrix] of split.rotationMapping) {
      const key = matrixKey(matrix);
      const jointIndex = indexOfMatrix.get(key) ?? indexOfMatrix.size;
      indexOfMatrix.set(key, jointIndex);
      rotationMapping.set(jointIndex, matrix);
      joint.set(index, jointIndex);
    }
    placeSplit(split, joint, scores, rotations);
    const weight = split.scores.data.length * split.rotationMapping.size;
    sumOfSquares += split.meanSquare * weight;
    observations += weight;
  }
  return analyzerResult({
    scores,
    offset: shape.map(() => 0),
    rotations,
    rotationMapping,
    meanSquare: observations === 0 ? 0 : sumOfSquares / observations,
  });
}

function checkSplit(split: AnalyzerResult, number: number, dimensions: number): void {
  const { scores, rotations, offset } = split;
  if (scores.shape.length !== dimensions)
    throw new RotoscopeError("shape", `split ${number}: ${scores.shape.length} dimensions, split 0 has ${dimensions}`);
  if (!(scores.data instanceof Float32Array))
    throw new RotoscopeError("shape", `split ${number}: scores are not float32`);
  if (!(rotations.data instanceof Int32Array))
    throw new RotoscopeError("shape", `split ${number}: rotations are not int32`);
  if (rotations.shape.join() !== scores.shape.join())
    throw new RotoscopeError("shape", `split ${number}: rotations [${rotations.shape}], scores [${scores.shape}]`);
  if (offset.length !== dimensions || offset.some((start) => !Number.isInteger(start) || start < 0))
    throw new RotoscopeError("shape", `split ${number}: offset [${offset}], expected ${dimensions} integers >= 0`);
}

function placeSplit(
  split: AnalyzerResult,
  joint: ReadonlyMap<number, number>,
  scores: NdArray<Float32Array>,
  rotations: NdArray<Int32Array>,
): void {
  const rowLength = split.scores.shape.at(-1)!;
  const rows = split.scores.data.length / rowLength;
  for (let row = 0; row < rows; row++) {
    let to = split.offset.at(-1)!;
    for (let axis = split.scores.shape.length - 2, rest = row; axis >= 0; axis--) {
      const length = split.scores.shape[axis]!;
      to += (split.offset[axis]! + (rest % length)) * scores.stride[axis]!;
      rest = Math.floor(rest / length);
    }
    for (let from = row * rowLength; from < (row + 1) * rowLength; from++, to++) {
      const score = split.scores.data[from]!;
      const rotation = joint.get(split.rotations.data[from]!) ?? -1;
      const best = scores.data[to]!;
      const current = rotations.data[to]!;
      if (score > best || (score === best && rotation !== -1 && rotation < current)) {
        scores.data[to] = score;
        rotations.data[to] = rotation;
      }
    }
  }
}
