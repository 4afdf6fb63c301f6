import * as plain from "@rotoscope/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as compiled from "./index.js";

const large = [75, 45, 40];
const callers = [
  "PeakCallerSort",
  "PeakCallerMaximumFilter",
  "PeakCallerFast",
  "PeakCallerRecursiveMasking",
  "PeakCallerScipy",
] as const;

/** Scores, with NaN, and rounded to `steps` per unit so that there are ties. */
function scoresOf(shape: readonly number[], seed: number, steps: number): plain.NdArray<Float32Array> {
  const value = (voxel: number): number => Math.round(steps * Math.sin((voxel + 1) * (seed + 1) * 12.9898)) / steps;
  const data = Float32Array.from({ length: plain.sizeOf(shape) }, (_, voxel) =>
    voxel % 101 === seed ? Number.NaN : value(voxel),
  );
  return plain.ndarray(data, shape);
}

function matrix(index: number): Float32Array {
  return Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, index + 1);
}

function expectSame(ours: plain.AnalyzerResult, theirs: plain.AnalyzerResult): void {
  expect(ours.scores.shape).toEqual(theirs.scores.shape);
  expectSameBytes(ours.scores.data, theirs.scores.data);
  expectSameBytes(ours.rotations.data, theirs.rotations.data);
  expect(ours.rotationMapping).toEqual(theirs.rotationMapping);
  expect(ours.meanSquare).toBe(theirs.meanSquare);
}

function expectSameBytes(actual: Float32Array | Int32Array, expected: Float32Array | Int32Array): void {
  const bytes = (array: Float32Array | Int32Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  expect(bytes(actual).equals(bytes(expected))).toBe(true);
}

describe("the compiled analyzers", () => {
  it.each([false, true])("give the plain ones' result, shared memory: %s", (sharedMemory) => {
    const options = { shape: large, scoreThreshold: 0.1, sharedMemory };
    const [ours, theirs] = [compiled, plain].map(({ MaxScoreOverRotations }) => {
      const analyzer = new MaxScoreOverRotations(options);
      const log = new plain.ImprovementLog();
      const state = analyzer.initState();
      for (const index of [2, 0, 1])
        analyzer.update(
          state,
          { scores: scoresOf(large, index, 8), rotationMatrix: matrix(index), rotationIndex: index },
          log,
        );
      return { ...analyzer.result(state), log: log.entries() };
    });
    expectSame(ours!, theirs!);
    expect(ours!.log.ends).toEqual(theirs!.log.ends);
    expectSameBytes(ours!.log.voxels, theirs!.log.voxels);
  });

  it.each([false, true])("give the plain ones' result about thousands of seeds, shared memory: %s", (sharedMemory) => {
    const random = (seed: number): number => Math.abs((Math.sin(seed * 12.9898) * 43758.5453) % 1);
    const positions = Array.from({ length: 3000 }, (_, seed) =>
      large.map((n, axis) => n * random(3 * seed + axis + 1)),
    );
    const angle = (seed: number): number[][] => {
      const [c, s] = [Math.cos(seed), Math.sin(seed)];
      return [
        [c, -s, 0],
        [s, c, 0],
        [0, 0, 1],
      ];
    };
    const rotations = positions.map((_, seed) => angle(seed));
    const options = { shape: large, positions, rotations, coneAngle: 25, acceptanceRadius: [1, 2, 3], sharedMemory };
    const [ours, theirs] = [compiled, plain].map(({ MaxScoreOverRotationsConstrained }) => {
      const analyzer = new MaxScoreOverRotationsConstrained(options);
      const state = analyzer.initState();
      for (const index of [2, 0, 1])
        analyzer.update(state, {
          scores: scoresOf(large, index, 8),
          rotationMatrix: angle(index),
          rotationIndex: index,
        });
      return analyzer.result(state);
    });
    expectSame(ours!, theirs!);
    expect(new Set(ours!.rotations.data)).toEqual(new Set([-1, 0, 1, 2]));
  });

  it("give the plain ones' best score of each rotation", () => {
    const [ours, theirs] = [compiled, plain].map(({ MaxScoreOverTranslations }) => {
      const analyzer = new MaxScoreOverTranslations({ shape: large, nRotations: 4, aggregateAxes: [1] });
      const state = analyzer.initState();
      for (const index of [2, 0, 1])
        analyzer.update(state, { scores: scoresOf(large, index, 8), rotationMatrix: matrix(index) });
      return analyzer.result(state);
    });
    expectSame(ours!, theirs!);
    const merged = [compiled, plain].map(({ MaxScoreOverTranslations }) =>
      MaxScoreOverTranslations.merge([ours!, { ...theirs!, offset: [0, 3, 5] }]),
    );
    expectSame(merged[0]!, merged[1]!);
  });

  it("merge as the plain ones do", () => {
    const split = fc.record({
      offset: fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
      seed: fc.nat(50),
      large: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(split, { minLength: 1, maxLength: 4 }), (splits) => {
        const results = splits.map(({ offset, seed, large: isLarge }) => {
          const shape = isLarge ? [40, 50, 40] : [3, 5, 4];
          const analyzer = new compiled.MaxScoreOverRotations({ shape, offset });
          const state = analyzer.initState();
          for (const index of [seed, 60 - seed])
            analyzer.update(state, { scores: scoresOf(shape, index, 8), rotationMatrix: matrix(index) });
          return analyzer.result(state);
        });
        const [ours, theirs] = [compiled, plain].map((library) => library.MaxScoreOverRotations.merge(results));
        expectSame(ours!, theirs!);
      }),
      { numRuns: 15 },
    );
  });

  it.each(callers)("%s finds the plain one's peaks", (name) => {
    for (const minDistance of [1, 3, 8]) {
      const [ours, theirs] = [compiled, plain].map((library) => {
        const caller = new library[name]({ shape: large, numPeaks: 50, minDistance });
        return caller.result(
          caller.update(caller.initState(), { scores: scoresOf(large, minDistance, 1e6), rotationMatrix: matrix(0) }),
        );
      });
      expect(ours!.length).toBeGreaterThan(3);
      expect(ours).toEqual(theirs);
    }
  });
});
