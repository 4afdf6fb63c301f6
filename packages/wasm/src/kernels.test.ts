import { type Kernels, plainKernels as plain, sizeOf } from "@rotoscope/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compiledKernels as compiled } from "./kernels.js";
import { allocateResident } from "./memories.js";

const special = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, 3.4e38, 0.1, 0.5, 1];
const score = fc.oneof(fc.constantFrom(...special), fc.integer({ min: -3, max: 3 }), fc.float());
const floats = (length: number) =>
  fc.array(score, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
const indices = (length: number, max: number) =>
  fc
    .array(fc.integer({ min: -1, max }), { minLength: length, maxLength: length })
    .map((values) => Int32Array.from(values));
const shape = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }).filter((s) => sizeOf(s) < 1500);
const map = shape.chain((s) => fc.tuple(fc.constant(s), floats(sizeOf(s))));
/** Where the maxima lie: in a place of the kernels', in plain memory, in shared memory. */
const home = fc.constantFrom("resident", "plain", "shared");

const maxima = fc.integer({ min: 1, max: 300 }).chain((length) =>
  fc.record({
    best: floats(length),
    rotations: indices(length, 9),
    scores: floats(length),
    index: fc.nat(9),
    range: fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
    where: home,
    inside: fc.option(fc.uint8Array({ minLength: length, maxLength: length, max: 1 })),
  }),
);

describe("the compiled kernels", () => {
  it("update maxima and sum squares to the same bits", () => {
    fc.assert(
      fc.property(maxima, ({ best, rotations, scores, index, range: [from, to], where, inside }) => {
        const ours = placed(best, rotations, where);
        const sum = compiled.updateMaxima(ours.best, ours.rotations, scores, index, from, to, inside);
        expect(sum).toBe(plain.updateMaxima(best, rotations, scores, index, from, to, inside));
        expect(compiled.sumOfSquares(scores, from, to)).toBe(sum);
        expectSameBytes(ours.best, best);
        expectSameBytes(ours.rotations, rotations);
      }),
      { numRuns: 500 },
    );
  });

  it("update maxima of many blocks with scores anywhere", () => {
    const size = 3 * 65_536 + 13;
    const values = Float32Array.from({ length: size }, (_, voxel) => Math.fround(Math.sin(voxel * voxel)));
    const other = values.map((value, voxel) => (voxel % 97 === 0 ? Number.NaN : value + ((voxel >> 3) % 3) - 1));
    for (const where of ["resident", "plain", "shared"]) {
      const best = values.map((value, voxel) => (voxel % 5 === 0 ? Number.NEGATIVE_INFINITY : value));
      const rotations = new Int32Array(size).fill(5);
      const ours = placed(best, rotations, where);
      const scores = where === "resident" ? new Float32Array(ours.best.buffer, ours.free, size) : other.slice();
      scores.set(other);
      for (const inside of [null, Uint8Array.from(other, (_, voxel) => ((voxel >> 7) % 3 === 0 ? voxel & 1 : 0))]) {
        const sum = compiled.updateMaxima(ours.best, ours.rotations, scores, 3, 5, size - 1, inside);
        expect(sum).toBe(plain.updateMaxima(best, rotations, other, 3, 5, size - 1, inside));
        expect(compiled.sumOfSquares(scores, 5, size - 1)).toBe(sum);
      }
      expectSameBytes(ours.best, best);
      expectSameBytes(ours.rotations, rotations);
    }
  });

  it("list the improved voxels alike", () => {
    fc.assert(
      fc.property(maxima, ({ best, rotations, scores, range: [from, to], where }) => {
        const ours = placed(best, rotations, where);
        const improved = (kernels: Kernels, b: Float32Array, r: Int32Array): number[][] => {
          const told: number[][] = [];
          const tell = (voxels: Int32Array, improved: Float32Array): void => {
            voxels.forEach((voxel, entry) => void told.push([voxel, improved[entry]!]));
          };
          kernels.updateMaxima(b, r, scores, 1, from, to, null, { first: 7, tell });
          return told;
        };
        expect(improved(compiled, ours.best, ours.rotations)).toEqual(improved(plain, best, rotations));
        expectSameBytes(ours.best, best);
      }),
    );
  });

  it("merge splits to the same bits", () => {
    const piece = (size: number, dimensions: number) =>
      fc.record({
        winners: fc.oneof({ weight: 9, arbitrary: indices(size, 5) }, indices(size, 9)),
        offset: fc.array(fc.nat(4), { minLength: dimensions, maxLength: dimensions }),
        turn: fc.nat(size),
        joint: fc
          .array(fc.oneof({ weight: 90, arbitrary: fc.nat(6) }, fc.constant(-1)), { minLength: 6, maxLength: 6 })
          .map((values) => Int32Array.from([-1, ...values])),
      });
    const merging = map.chain(([shape, scores]) =>
      fc.record({
        shape: fc.constant(shape),
        scores: fc.constant(scores),
        pieces: fc.array(piece(scores.length, shape.length), { maxLength: 4 }),
        threshold: fc.oneof(
          score.filter((value) => !Number.isNaN(value)),
          fc.double({ noNaN: true }),
        ),
      }),
    );
    fc.assert(
      fc.property(merging, ({ shape, scores, pieces: given, threshold }) => {
        const pieces = given.map(({ turn, ...rest }) => {
          const turned = Float32Array.of(...scores.subarray(turn), ...scores.subarray(0, turn));
          return { ...rest, shape, scores: turned };
        });
        const whole = shape.map((length, axis) => length + Math.max(1, ...pieces.map(({ offset }) => offset[axis]!)));
        const best = new Float32Array(sizeOf(whole)).fill(7);
        const rotations = new Int32Array(best.length).fill(3);
        const ours = placed(best, rotations, "resident");
        const stray = compiled.mergeMaxima(ours.best, ours.rotations, whole, pieces, threshold);
        expect(stray).toEqual(plain.mergeMaxima(best, rotations, whole, pieces, threshold));
        if (stray !== null) return;
        expectSameBytes(ours.best, best);
        expectSameBytes(ours.rotations, rotations);
      }),
      { numRuns: 500 },
    );
  });

  it("find the same maxima of windows, whatever their size", () => {
    fc.assert(
      fc.property(map, fc.integer({ min: 1, max: 12 }), fc.nat(13), ([s, scores], size, back) => {
        const numbers = scores.map((value) => value + 0);
        expect(compiled.windowMaximum(numbers, s, size, back)).toEqual(plain.windowMaximum(numbers, s, size, back));
        expect(compiled.proposeWindowMaxima(scores, s, size)).toEqual(plain.proposeWindowMaxima(scores, s, size));
      }),
      { numRuns: 300 },
    );
  });

  it("find the same maxima of windows slab by slab", () => {
    const large = [41, 130, 150];
    const scores = Float32Array.from({ length: sizeOf(large) }, (_, voxel) => Math.round(50 * Math.sin(voxel * voxel)));
    for (const size of [1, 2, 8, 17, 60])
      expectSameBytes(
        compiled.proposeWindowMaxima(scores, large, size),
        plain.proposeWindowMaxima(scores, large, size),
      );
  });

  it("propose the same highest voxels", () => {
    fc.assert(
      fc.property(map, fc.integer({ min: 1, max: 40 }), ([, scores], count) => {
        expect(compiled.proposeHighest(scores, count)).toEqual(plain.proposeHighest(scores, count));
      }),
    );
  });

  it("propose the same highest voxels of rising and of equal scores", () => {
    for (const value of [(voxel: number) => voxel >> 2, () => 1, (voxel: number) => -voxel]) {
      const scores = Float32Array.from({ length: 200_001 }, (_, voxel) => value(voxel));
      expect(compiled.proposeHighest(scores, 1000)).toEqual(plain.proposeHighest(scores, 1000));
    }
  });

  it("propose the same maxima of cells", () => {
    fc.assert(
      fc.property(map, fc.integer({ min: 1, max: 5 }), ([s, scores], distance) => {
        expect(compiled.proposeCellMaxima(scores, s, distance)).toEqual(plain.proposeCellMaxima(scores, s, distance));
      }),
      { numRuns: 300 },
    );
  });

  it("propose the same local maxima", () => {
    fc.assert(
      fc.property(map, fc.nat(3), fc.integer({ min: 1, max: 9 }), ([s, scores], distance, count) => {
        expect(compiled.proposeLocalMaxima(scores, s, distance, count)).toEqual(
          plain.proposeLocalMaxima(scores, s, distance, count),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("propose the same voxels by masking", () => {
    fc.assert(
      fc.property(map, fc.nat(6), fc.integer({ min: 1, max: 30 }), ([s, scores], distance, count) => {
        const lowest = Number.NEGATIVE_INFINITY;
        expect(compiled.proposeMasking(scores, s, distance, count, lowest)).toEqual(
          plain.proposeMasking(scores, s, distance, count, lowest),
        );
      }),
      { numRuns: 300 },
    );
  });
});

function placed(best: Float32Array, rotations: Int32Array, where: string) {
  const bytes = 12 * best.length;
  const { buffer, byteOffset } =
    where === "resident" ? allocateResident(bytes) : compiled.allocate(bytes, where === "shared");
  const copies = {
    best: new Float32Array(buffer, byteOffset, best.length),
    rotations: new Int32Array(buffer, byteOffset + 4 * best.length, best.length),
    /** Where room for scores begins in the same memory. */
    free: byteOffset + 8 * best.length,
  };
  copies.best.set(best);
  copies.rotations.set(rotations);
  return copies;
}

function expectSameBytes(actual: Float32Array | Int32Array, expected: Float32Array | Int32Array): void {
  const bytes = (array: Float32Array | Int32Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  expect(actual.length).toBe(expected.length);
  expect(bytes(actual).equals(bytes(expected))).toBe(true);
}
