import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  filterPoints,
  type NdArray,
  ndarray,
  type Peak,
  PeakCallerFast,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
  sizeOf,
} from "./index.js";

const callers = [PeakCallerSort, PeakCallerMaximumFilter, PeakCallerFast, PeakCallerRecursiveMasking, PeakCallerScipy];
const SHAPE = [5, 6, 7];

const map = (shape: readonly number[] = SHAPE): fc.Arbitrary<NdArray<Float32Array>> =>
  fc
    .array(fc.oneof(fc.integer({ min: -6, max: 6 }), fc.constant(Number.NaN)), {
      minLength: sizeOf(shape),
      maxLength: sizeOf(shape),
    })
    .map((values) => ndarray(Float32Array.from(values), shape));

const distance = (a: readonly number[], b: readonly number[], axes: readonly number[]): number =>
  Math.hypot(...axes.map((axis) => a[axis]! - b[axis]!));

test("PeakCallerSort proposes the highest voxels, before any falls", () => {
  fc.assert(
    fc.property(map(), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 2 }), (scores, numPeaks, border) => {
      const caller = new PeakCallerSort({ shape: SHAPE, numPeaks, minDistance: 0, minBoundaryDistance: border });
      const expected = [...scores.data.keys()]
        .filter((voxel) => !Number.isNaN(scores.data[voxel]!))
        .sort((a, b) => scores.data[b]! - scores.data[a]! || a - b)
        .slice(0, numPeaks)
        .map((voxel) => [Math.floor(voxel / 42), Math.floor(voxel / 7) % 6, voxel % 7])
        .filter((position) => position.every((p, axis) => p >= border && p < SHAPE[axis]! - border));
      const { peaks } = caller.update(caller.initState(), { scores });
      expect(peaks.map((peak) => peak.position)).toEqual(expected);
    }),
  );
});

describe.each(callers.map((caller) => [caller.name, caller] as const))("%s", (_, Caller) => {
  test("keeps what its options allow, best first, and no better proposal that they would", () => {
    fc.assert(
      fc.property(
        fc.array(map(), { minLength: 1, maxLength: 3 }),
        fc.record({
          numPeaks: fc.integer({ min: 1, max: 12 }),
          minDistance: fc.integer({ min: 0, max: 3 }),
          minBoundaryDistance: fc.integer({ min: 0, max: 2 }),
          minScore: fc.integer({ min: -8, max: 2 }),
          maxScore: fc.integer({ min: 2, max: 8 }),
        }),
        (maps, options) => {
          const caller = new Caller({ shape: SHAPE, ...options });
          const state = maps.reduce(
            (sum, scores, k) => caller.update(sum, { scores, rotationIndex: k }),
            caller.initState(),
          );
          const peaks = caller.result(state);
          expect(peaks.length).toBeLessThanOrEqual(options.numPeaks);
          peaks.forEach(({ position, score, rotation }, at) => {
            const flat = position.reduce((sum, p, axis) => sum * SHAPE[axis]! + p, 0);
            expect(maps[rotation]!.data[flat]).toBe(score);
            expect(score).toBeGreaterThanOrEqual(options.minScore);
            expect(score).toBeLessThanOrEqual(options.maxScore);
            for (const [axis, p] of position.entries()) {
              expect(p).toBeGreaterThanOrEqual(options.minBoundaryDistance);
              expect(p).toBeLessThan(SHAPE[axis]! - options.minBoundaryDistance);
            }
            for (const better of peaks.slice(0, at)) {
              expect(better.score).toBeGreaterThanOrEqual(score);
              if (options.minDistance > 0)
                expect(Math.floor(distance(position, better.position, [0, 1, 2]))).toBeGreaterThan(options.minDistance);
            }
          });
          const single = caller.update(caller.initState(), { scores: maps[0]!, rotationIndex: 0 });
          const quotaFree = new Caller({ shape: SHAPE, ...options, numPeaks: 1000 });
          const all = quotaFree.update(quotaFree.initState(), { scores: maps[0]!, rotationIndex: 0 }).peaks;
          if (Caller === PeakCallerMaximumFilter || Caller === PeakCallerFast)
            expect(single.peaks).toEqual(all.slice(0, options.numPeaks));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("treats every index along the batch axes as its own problem", () => {
    fc.assert(
      fc.property(
        map(),
        fc.constantFrom<number[]>([0], [1], [0, 2]),
        fc.integer({ min: 0, max: 2 }),
        (scores, batchDims, minDistance) => {
          const options = { numPeaks: 3, minDistance };
          const caller = new Caller({ shape: SHAPE, ...options, batchDims });
          const found = caller.result(caller.update(caller.initState(), { scores }));
          const axes = [0, 1, 2].filter((axis) => !batchDims.includes(axis));
          const expected: Peak[] = [];
          for (const index of indices(batchDims.map((axis) => SHAPE[axis]!))) {
            const shape = axes.map((axis) => SHAPE[axis]!);
            const places = indices(shape).map((inner) => {
              const position = [0, 0, 0];
              batchDims.forEach((axis, k) => {
                position[axis] = index[k]!;
              });
              axes.forEach((axis, k) => {
                position[axis] = inner[k]!;
              });
              return position;
            });
            const values = places.map(
              (position) => scores.data[position.reduce((sum, p, axis) => sum * SHAPE[axis]! + p, 0)]!,
            );
            const alone = new Caller({ shape, ...options });
            for (const peak of alone.update(alone.initState(), { scores: ndarray(Float32Array.from(values), shape) })
              .peaks)
              expected.push({
                ...peak,
                position: places[peak.position.reduce((sum, p, axis) => sum * shape[axis]! + p, 0)]!,
              });
          }
          expect(sorted(found)).toEqual(sorted(expected));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("finds nothing in a map of NaN, and nothing in an empty merge", () => {
    const caller = new Caller({ shape: [4, 4] });
    const scores = ndarray(new Float32Array(16).fill(Number.NaN), [4, 4]);
    expect(caller.result(caller.update(caller.initState(), { scores }))).toEqual([]);
    expect(caller.merge([]).peaks).toEqual([]);
    expect(Caller.merge([null], { shape: [4, 4] })).toEqual([]);
  });

  test("takes nested arrays, and numbers matrices by first appearance", () => {
    const caller = new Caller({ shape: [5, 5], minDistance: 1 });
    const scores = (at: number, value: number): number[][] =>
      Array.from({ length: 5 }, (_, y) =>
        Array.from({ length: 5 }, (_, x) => (y === 2 && x === at ? value : 0.01 * x * y)),
      );
    let state = caller.update(caller.initState(), {
      scores: scores(1, 5),
      rotationMatrix: [
        [1, 0],
        [0, 1],
      ],
    });
    state = caller.update(state, {
      scores: scores(2, 7),
      rotationMatrix: [
        [0, -1],
        [1, 0],
      ],
    });
    expect(caller.result(state)[0]).toEqual({ position: [2, 2], score: 7, rotation: 1 });
    expect([...state.rotationMapping.keys()]).toEqual([0, 1]);
    const moved = caller.correctBackground(state, 1, 2);
    expect(moved.peaks[0]!.score).toBe(12);
    expect(caller.result(state, { fourierShift: [1, -2] })[0]!.position).toEqual([3, 0]);
  });

  test.each([
    [{ batchDims: [2] }, "batchDims: [2]"],
    [{ batchDims: [0], projectionDims: [0] }, "projectionDims: [0]"],
    [{ batchDims: [0, 1] }, "at least one axis"],
    [{ minBoundaryDistance: -1 }, "minBoundaryDistance: -1"],
    [{ minScore: Number.NaN }, "minScore: NaN"],
  ])("refuses the options %j by name and value", (options, message) => {
    expect(() => new Caller({ shape: [4, 4], ...options })).toThrow(message);
  });

  test("refuses scores of another shape with both shapes", () => {
    const caller = new Caller({ shape: [2, 3] });
    expect(() => caller.update(caller.initState(), { scores: [[1, 2]] })).toThrow(
      "scores: shape [1, 2], expected [2, 3]",
    );
    const scores = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(() => caller.update(caller.initState(), { scores, rotations: [[1, 2]] })).toThrow(
      "rotations: shape [1, 2], expected [2, 3]",
    );
    expect(() => caller.update({} as never, { scores })).toThrow("state: [object Object]");
    expect(() => caller.update(caller.initState(), undefined as never)).toThrow("update: undefined");
  });

  test("takes a peak's rotation from the rotation map, typed in or not", () => {
    const caller = new Caller({ shape: [5, 5], minDistance: 1 });
    const scores = Array.from({ length: 5 }, (_, y) =>
      Array.from({ length: 5 }, (_, x) => 10 - (y - 2) ** 2 - (x - 3) ** 2),
    );
    const rotations = scores.map((row, y) => row.map((_, x) => 10 * y + x));
    const typed = ndarray(Int32Array.from(rotations.flat()), [5, 5]);
    for (const given of [rotations, typed]) {
      const { peaks } = caller.update(caller.initState(), { scores, rotations: given });
      expect(peaks[0]).toEqual({ position: [2, 3], score: 10, rotation: 23 });
      for (const { position, rotation } of peaks) expect(rotation).toBe(10 * position[0]! + position[1]!);
    }
  });
});

test("projected axes: a peak lies where the maximum along them does, and distances don't count along them", () => {
  const scores = new Float32Array(4 * 5 * 5);
  scores[3 * 25 + 2 * 5 + 2] = 9;
  scores[0 * 25 + 2 * 5 + 2] = 8;
  scores[1 * 25 + 2 * 5 + 4] = 7;
  const caller = new PeakCallerSort({ shape: [4, 5, 5], numPeaks: 2, minDistance: 1, projectionDims: [0] });
  const { peaks } = caller.update(caller.initState(), { scores: ndarray(scores, [4, 5, 5]), rotationIndex: 5 });
  expect(peaks).toEqual([
    { position: [3, 2, 2], score: 9, rotation: 5 },
    { position: [1, 2, 4], score: 7, rotation: 5 },
  ]);
});

test("a mask is turned by the winning rotation before it leaves out voxels", () => {
  const rod = ndarray(
    Float32Array.from({ length: 25 }, (_, at) => (Math.floor(at / 5) === 2 ? 1 : 0)),
    [5, 5],
  );
  const scores = new Float32Array(81).map((_, at) => -at - 1);
  scores[4 * 9 + 4] = 10;
  scores[4 * 9 + 6] = 9;
  scores[6 * 9 + 4] = 8;
  const rotations = ndarray(new Int32Array(81).fill(1), [9, 9]);
  const rotationMapping = new Map([[1, Float32Array.of(0, -1, 1, 0)]]);
  const caller = new PeakCallerRecursiveMasking({ shape: [9, 9], numPeaks: 2, minDistance: 0, mask: rod });
  const positions = (update: object): string[] =>
    caller
      .update(caller.initState(), { scores: ndarray(scores, [9, 9]), ...update })
      .peaks.map((peak) => peak.position.join());
  expect(positions({})).toEqual(["4,4", "6,4"]);
  expect(positions({ rotations, rotationMapping })).toEqual(["4,4", "4,6"]);
});

test("filterPoints keeps points greedily by floor(distance), in batches apart", () => {
  const coordinate = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ min: 0, max: 9, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), coordinate, coordinate), { maxLength: 40 }),
      fc.constantFrom(0, 1, 1.5, 2, 3),
      fc.constantFrom<number[]>([], [0]),
      (points, minDistance, batchDims) => {
        const axes = [0, 1, 2].filter((axis) => !batchDims.includes(axis));
        const kept: number[] = [];
        points.forEach((point, number) => {
          const near = kept.some(
            (other) =>
              batchDims.every((axis) => points[other]![axis] === point[axis]) &&
              Math.floor(distance(points[other]!, point, axes)) <= minDistance,
          );
          if (minDistance === 0 || !near) kept.push(number);
        });
        expect(filterPoints(points, minDistance, { batchDims })).toEqual(kept);
      },
    ),
  );
  expect(() => filterPoints([[1, 2], [3]], 1)).toThrow("coordinates: point 1 has 1 numbers, point 0 has 2");
  expect(() => filterPoints([[1, 2]], -1)).toThrow("minDistance: -1");
});

function indices(shape: readonly number[]): number[][] {
  let all: number[][] = [[]];
  for (const length of shape) all = all.flatMap((head) => Array.from({ length }, (_, p) => [...head, p]));
  return all;
}

function sorted(peaks: readonly Peak[]): string[] {
  return peaks.map(({ position, score }) => `${position} ${score}`).sort();
}
