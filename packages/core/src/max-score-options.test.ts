import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnalyzerResult,
  type MapStorage,
  MaxScoreOverRotations,
  MaxScoreOverRotationsConstrained,
  MaxScoreOverTranslations,
  ndarray,
  rotationSet,
  type StoredBytes,
} from "./index.js";

/** A storage in memory. */
const storage: MapStorage = {
  create(byteLength): StoredBytes {
    const bytes = new Uint8Array(byteLength);
    return {
      read: (into, position) => into.set(bytes.subarray(position, position + into.length)),
      write: (from, position) => bytes.set(from, position),
    };
  },
};

const SHAPE = [4, 5];
const score = fc.constantFrom(-1, 0, 0.25, 0.5, 1, 2, Number.NaN);
const maps = fc.array(fc.array(score, { minLength: 20, maxLength: 20 }), { minLength: 1, maxLength: 8 });
const matrix = (k: number): Float32Array => Float32Array.of(k + 1, 0, 0, 1);
const map = (values: readonly number[]): ReturnType<typeof ndarray<Float32Array>> =>
  ndarray(Float32Array.from(values), SHAPE);

function plain({ scores, rotations, rotationMapping, meanSquare, offset }: AnalyzerResult): object {
  const mapping = [...rotationMapping].sort(([a], [b]) => a - b).map(([index, elements]) => [index, [...elements]]);
  return { scores: [...scores.data], rotations: [...rotations.data], shape: scores.shape, mapping, meanSquare, offset };
}

describe("MaxScoreOverRotations", () => {
  test("gives the same in memory, in shared memory, in a storage, from a list of rotations and without a look at the bytes", () => {
    fc.assert(
      fc.property(maps, (all) => {
        const rotations = ndarray(Float32Array.from(all.flatMap((_, k) => [...matrix(k)])), [all.length, 2, 2]);
        const run = (options: object, withMatrix: boolean): object => {
          const analyzer = new MaxScoreOverRotations({ shape: SHAPE, ...options });
          const state = analyzer.initState();
          for (const [k, values] of all.entries())
            analyzer.update(state, {
              scores: map(values),
              rotationIndex: k,
              ...(withMatrix ? { rotationMatrix: matrix(k) } : {}),
            });
          analyzer.correctBackground(state, 0.25, map(new Array(20).fill(2)));
          return plain(
            analyzer.result(state, {
              fourierShift: [1, -2],
              convolutionMode: "same",
              targetShape: [3, 4],
              templateShape: [2, 2],
            }),
          );
        };
        const expected = run({}, true);
        expect(run({ sharedMemory: true }, true)).toEqual(expected);
        expect(run({ sharedMemory: true, threadSafe: false }, true)).toEqual(expected);
        expect(run({ fileBacked: storage }, true)).toEqual(expected);
        expect(run({ rotations }, false)).toEqual(expected);
        expect(run({ rotations, sharedMemory: true }, true)).toEqual(expected);
        expect(run({ inversionMapping: true }, true)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test("merges any splits, in any order, as brute force does", () => {
    const split = fc.record({
      offset: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
      maps: fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.array(score, { minLength: 20, maxLength: 20 })), {
        maxLength: 4,
      }),
    });
    fc.assert(
      fc.property(
        fc.array(split, { minLength: 2, maxLength: 4 }),
        fc.constantFrom(0, -2, 0.3),
        fc.boolean(),
        (splits, scoreThreshold, stored) => {
          const results = splits.map(({ offset, maps: own }) => {
            const analyzer = new MaxScoreOverRotations({ shape: SHAPE, offset, scoreThreshold });
            const state = analyzer.initState();
            for (const [k, values] of own) analyzer.update(state, { scores: map(values), rotationMatrix: matrix(k) });
            return analyzer.result(state);
          });
          const before = results.map(plain);
          const merged = MaxScoreOverRotations.merge(results, {
            scoreThreshold,
            ...(stored ? { fileBacked: storage } : {}),
          })!;
          expect(results.map(plain)).toEqual(before);
          const order: number[] = [];
          for (const result of results)
            for (const [k] of result.rotationMapping.values()) if (!order.includes(k!)) order.push(k!);
          expect([...merged.rotationMapping.values()].map(([k]) => k)).toEqual(order);
          const [rows, columns] = merged.scores.shape as [number, number];
          for (let y = 0; y < rows; y++)
            for (let x = 0; x < columns; x++) {
              const seen = results.flatMap((result) => {
                const [v, u] = [y - result.offset[0]!, x - result.offset[1]!];
                if (v < 0 || u < 0 || v >= 4 || u >= 5) return [];
                const [k] = result.rotationMapping.get(result.rotations.data[v * 5 + u]!) ?? [];
                return [{ score: result.scores.data[v * 5 + u]!, index: k === undefined ? -1 : order.indexOf(k) }];
              });
              const [best] = seen
                .filter((one) => one.index !== -1 && one.score > scoreThreshold)
                .sort((a, b) => b.score - a.score || a.index - b.index);
              expect(merged.scores.data[y * columns + x]).toBe(best?.score ?? Math.fround(scoreThreshold));
              expect(merged.rotations.data[y * columns + x]).toBe(best?.index ?? -1);
            }
          const reversed = MaxScoreOverRotations.merge([...results].reverse(), { scoreThreshold })!;
          expect([...reversed.scores.data]).toEqual([...merged.scores.data]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("leaves voxels without a rotation as they are when the background is corrected", () => {
    const analyzer = new MaxScoreOverRotations({ shape: [3] });
    const state = analyzer.update(analyzer.initState(), { scores: [1, -1, 3], rotationMatrix: [[1]] });
    expect([...analyzer.correctBackground(state, 0.5, 2).scores.data]).toEqual([1, 0, 5]);
  });

  test("takes float64, strided and nested arrays alike", () => {
    const analyzer = new MaxScoreOverRotations({ shape: [2, 3] });
    const best = (scores: object): number[] => [
      ...analyzer.update(analyzer.initState(), { scores: scores as never, rotationMatrix: [[1]] }).scores.data,
    ];
    const expected = [1, 2, 3, 4, 5, 6];
    expect(
      best([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual(expected);
    expect(best([Float32Array.of(1, 2, 3), Float64Array.of(4, 5, 6)])).toEqual(expected);
    expect(best({ data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3], stride: [3, 1] })).toEqual(expected);
    expect(best({ data: Float32Array.of(1, 4, 2, 5, 3, 6), shape: [2, 3], stride: [1, 2] })).toEqual(expected);
  });

  test("a map of NaN improves nothing", () => {
    const analyzer = new MaxScoreOverRotations({ shape: [2], scoreThreshold: -Infinity });
    const result = analyzer.result(
      analyzer.update(analyzer.initState(), { scores: [NaN, NaN], rotationMatrix: [[1]] }),
    );
    expect(plain(result)).toMatchObject({ scores: [-Infinity, -Infinity], rotations: [-1, -1], meanSquare: 0 });
  });

  const two = new MaxScoreOverRotations({ shape: [2], rotations: [[[1]], [[2]]] });
  const one = new MaxScoreOverRotations({ shape: [2] });
  const scores = [1, 2];
  test.each([
    [
      () => one.update(one.initState(), { scores: undefined as never, rotationMatrix: [[1]] }),
      "scores: undefined, expected an array of shape [2]",
    ],
    [() => one.update(one.initState(), { scores: [], rotationMatrix: [[1]] }), "scores: shape [0], expected [2]"],
    [
      () => one.update(one.initState(), { scores: ["a", "b"] as never, rotationMatrix: [[1]] }),
      "scores: holds a string (a)",
    ],
    [
      () =>
        one.update(one.initState(), {
          scores: { data: BigInt64Array.of(1n, 2n), shape: [2], stride: [1] } as never,
          rotationMatrix: [[1]],
        }),
      "scores: holds a bigint (1)",
    ],
    [
      () => one.update(one.initState(), { scores, rotationMatrix: [[1, 2]] }),
      "rotationMatrix: shape [1, 2], expected [1, 1]",
    ],
    [() => one.update(one.initState(), { scores }), "rotationMatrix: missing"],
    [() => one.update(one.initState(), { scores, rotationMatrix: [[1]], rotationIndex: -3 }), "rotationIndex: -3"],
    [
      () =>
        one.update(one.update(one.initState(), { scores, rotationMatrix: [[1]] }), {
          scores,
          rotationMatrix: [[2]],
          rotationIndex: 0,
        }),
      "rotationIndex: 0 is another matrix",
    ],
    [
      () => two.update(two.initState(), { scores, rotationIndex: 2 }),
      "rotationIndex: 2, expected an integer from 0 to 1",
    ],
    [() => two.update(two.initState(), { scores, rotationMatrix: [[3]] }), "none of the 2 rotations"],
    [() => one.correctBackground(one.initState(), [1, 2, 3]), "mean: shape [3], expected [2]"],
    [() => one.result(one.initState(), { convolutionMode: "some" as never }), "convolutionMode: some"],
    [() => one.result(one.initState(), { convolutionMode: "same" }), "targetShape: missing"],
    [() => one.result(one.initState(), { fourierShift: [1, 2] }), "fourierShift: [1,2], expected 1 integers"],
    [
      () => one.result(one.initState(), { convolutionMode: "same", targetShape: [3], templateShape: [1] }),
      "same: 3 voxels along axis 0, the convolution has 2",
    ],
    [() => new MaxScoreOverRotations({ shape: [2], rotations: [[1]] }), "rotations: shape [1, 1], expected [n, d, d]"],
    [() => new MaxScoreOverRotations({ shape: undefined as never }), "shape: undefined"],
    [() => new MaxScoreOverRotations({ shape: [1e7, 1e7] }).initState(), "shape: [10000000, 10000000] needs"],
    [() => one.update(two.initState(), undefined as never), "update: undefined"],
    [() => one.update({} as never, { scores, rotationMatrix: [[1]] }), "state: [object Object]"],
    [
      () => one.update(new MaxScoreOverRotations({ shape: [3, 1] }).initState(), { scores, rotationMatrix: [[1]] }),
      "state: shape [3, 1], expected [2]",
    ],
    [() => one.result(new MaxScoreOverRotations({ shape: [3] }).initState()), "state: shape [3], expected [2]"],
    [
      () => one.correctBackground(new MaxScoreOverRotations({ shape: [3] }).initState()),
      "state: shape [3], expected [2]",
    ],
    [() => one.update(one.initState(), { scores, rotationMatrix: 5 as never }), "rotationMatrix: 5, expected d x d"],
    [() => MaxScoreOverRotations.merge(5 as never), "results: 5, expected a list"],
    [() => MaxScoreOverRotations.merge([null, {} as never]), "split 1: no scores"],
    [() => new MaxScoreOverRotations({ shape: [2], fileBacked: {} as never }), "fileBacked"],
  ])("refuses %s", (call, message) => {
    expect(call).toThrow(message);
  });

  test("merge names the split that doesn't fit, with both values", () => {
    const result = (shape: number[]): AnalyzerResult => {
      const analyzer = new MaxScoreOverRotations({ shape });
      return analyzer.result(analyzer.initState());
    };
    const merge =
      (...results: (AnalyzerResult | null)[]) =>
      () =>
        MaxScoreOverRotations.merge(results);
    expect(merge(result([2]), null, result([2, 2]))).toThrow("split 2: 2 dimensions (scores), split 0 has 1");
    const double = { ...result([2]), scores: ndarray(new Float64Array(2), [2]) } as never;
    expect(merge(result([2]), double)).toThrow("split 1: dtype float64, expected float32 (scores)");
    expect(merge(result([2]), { ...result([2]), offset: [-1] } as never)).toThrow("split 1: offset [-1]");
    const stray = { ...result([2]), rotations: ndarray(Int32Array.of(-1, 7), [2]) } as never;
    expect(merge(result([2]), stray)).toThrow("split 1: rotation 7 has no matrix");
  });
});

describe("MaxScoreOverTranslations", () => {
  test("merges disjoint and common rotations and overlapping axes as brute force does", () => {
    const run = fc.record({
      offset: fc.integer({ min: 0, max: 3 }),
      maps: fc.uniqueArray(
        fc.tuple(fc.integer({ min: 0, max: 4 }), fc.array(score, { minLength: 20, maxLength: 20 })),
        { selector: ([k]) => k, minLength: 1, maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 2, maxLength: 3 }), (runs) => {
        const results = runs.map(({ offset, maps: own }) => {
          const analyzer = new MaxScoreOverTranslations({
            shape: SHAPE,
            nRotations: 4,
            aggregateAxes: [0],
            offset: [0, offset],
          });
          const state = analyzer.initState();
          for (const [k, values] of own) analyzer.update(state, { scores: map(values), rotationMatrix: matrix(k) });
          return analyzer.result(state);
        });
        const merged = MaxScoreOverTranslations.merge(results)!;
        const width = merged.scores.shape[1]!;
        for (const [row, elements] of merged.rotationMapping)
          for (let x = 0; x < width; x++) {
            const seen = runs.flatMap(({ offset, maps: own }) =>
              own.flatMap(([k, values]) =>
                k + 1 === elements[0] && x >= offset && x < offset + 5
                  ? [0, 1, 2, 3].map((y) => values[y * 5 + x - offset]!)
                  : [],
              ),
            );
            const best = Math.max(0, ...seen.filter((value) => !Number.isNaN(value)));
            expect(merged.scores.data[row * width + x]).toBe(best);
            expect(merged.rotations.data[row * width + x]).toBe(best > 0 ? row : -1);
          }
      }),
      { numRuns: 60 },
    );
  });

  test("has no background correction, and a row for nRotations only", () => {
    const analyzer = new MaxScoreOverTranslations({ shape: [2], nRotations: 1 });
    const state = analyzer.update(analyzer.initState(), { scores: [1, 3], rotationMatrix: [[1]] });
    expect([...analyzer.result(state).scores.data]).toEqual([3]);
    expect(() => analyzer.correctBackground(state)).toThrow("correctBackground");
    expect(() => analyzer.update(state, { scores: [1, 3], rotationMatrix: [[2]] })).toThrow(
      "rotationIndex: 1, expected below nRotations 1",
    );
    expect(() => new MaxScoreOverTranslations({ shape: [2], nRotations: 1, aggregateAxes: [1] })).toThrow(
      "aggregateAxes: [1]",
    );
  });
});

describe("MaxScoreOverRotationsConstrained", () => {
  test.each([2, 3] as const)("accepts what the rule accepts, in %i-D, wrapping around", (dimensions) => {
    const shape = dimensions === 2 ? [9, 10] : [7, 8, 6];
    const set = rotationSet({ angularSamplingDegrees: dimensions === 2 ? 20 : 55, dimensions });
    const d2 = dimensions ** 2;
    const matrixOf = (k: number): Float32Array =>
      set.data.slice((k % set.shape[0]!) * d2, ((k % set.shape[0]!) + 1) * d2);
    const options = fc.record(
      {
        coneAngle: fc.constantFrom(0, 20, 61, 130, 180),
        coneOffset: fc.constantFrom(0, 45, 100),
        acceptanceRadius: fc.constantFrom<number | number[]>(
          1,
          2,
          shape.map((_, axis) => axis + 1),
        ),
        reference: fc.constantFrom(
          shape.map((_, axis) => (axis === 1 ? 2 : 0)),
          shape.map(() => 1),
        ),
      },
      { requiredKeys: [] },
    );
    const seeds = fc.array(
      fc.tuple(fc.nat(300), ...shape.map((length) => fc.float({ min: -1, max: length + 1, noNaN: true }))),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(
        seeds,
        fc.array(fc.nat(300), { minLength: 1, maxLength: 5 }),
        options,
        (chosen, updates, constraint) => {
          const positions = chosen.map(([, ...position]) => position);
          const rotations = ndarray(Float32Array.from(chosen.flatMap(([k]) => [...matrixOf(k as number)])), [
            chosen.length,
            dimensions,
            dimensions,
          ]);
          const analyzer = new MaxScoreOverRotationsConstrained({ shape, positions, rotations, ...constraint });
          const state = analyzer.initState();
          const size = shape.reduce((a, b) => a * b);
          const best = new Array<number>(size).fill(0);
          for (const [step, k] of updates.entries()) {
            const scores = Float32Array.from({ length: size }, (_, voxel) => 1 + ((voxel * 7 + step * 13) % 11));
            analyzer.update(state, { scores: ndarray(scores, shape), rotationMatrix: matrixOf(k) });
            for (let voxel = 0; voxel < size; voxel++)
              if (chosen.some((seed) => accepts(seed, k, voxel))) best[voxel] = Math.max(best[voxel]!, scores[voxel]!);
          }
          expect([...state.scores.data]).toEqual(best);

          function accepts([s, ...position]: readonly number[], k: number, voxel: number): boolean {
            const centre = position.map(Math.floor);
            if (centre.some((p, axis) => p < 0 || p >= shape[axis]!)) return false;
            const { coneAngle, coneOffset = 0, acceptanceRadius = 0, reference } = constraint;
            if (coneAngle !== undefined) {
              const ref = reference ?? shape.map((_, axis) => (axis === 0 ? 1 : 0));
              const length = Math.hypot(...ref);
              const turned = (m: Float32Array): number[] =>
                shape.map((_, column) =>
                  ref.reduce((sum, r, row) => sum + (m[row * dimensions + column]! * r) / length, 0),
                );
              const [a, b] = [turned(matrixOf(s!)), turned(matrixOf(k))];
              const cosine = a.reduce((sum, value, axis) => sum + value * b[axis]!, 0);
              const limit = (degrees: number): number => Math.cos((Math.min(180, degrees) * Math.PI) / 180);
              if (cosine < limit(coneOffset + coneAngle) - 1e-6) return false;
              if (coneOffset > coneAngle && cosine > limit(coneOffset - coneAngle) + 1e-6) return false;
            }
            const radii = Array.isArray(acceptanceRadius)
              ? acceptanceRadius
              : shape.map(() => acceptanceRadius as number);
            const m = Array.isArray(acceptanceRadius)
              ? matrixOf(s!)
              : Float32Array.from({ length: d2 }, (_, at) => (at % (dimensions + 1) === 0 ? 1 : 0));
            let rest = voxel;
            const place = [...shape]
              .reverse()
              .map((length) => {
                const p = rest % length;
                rest = Math.floor(rest / length);
                return p;
              })
              .reverse();
            return images(place.map((p, axis) => p - centre[axis]!)).some((v) => {
              if (radii.every((radius) => radius === 0)) return v.every((along) => along === 0);
              let sum = 0;
              for (let row = 0; row < dimensions; row++)
                sum +=
                  (v.reduce((dot, along, axis) => dot + m[row * dimensions + axis]! * along, 0) / radii[row]!) ** 2;
              return sum <= 1 + 1e-6;
            });
          }

          function images(v: readonly number[]): number[][] {
            let all: number[][] = [[]];
            for (const [axis, along] of v.entries())
              all = all.flatMap((head) => [-1, 0, 1].map((turn) => [...head, along + turn * shape[axis]!]));
            return all;
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("maps seeds into score space, and drops those outside the output", () => {
    const analyzer = new MaxScoreOverRotationsConstrained({
      shape: [8, 8],
      positions: [
        [0, 0],
        [3, 2],
        [5, 0],
      ],
      rotations: [
        [
          [1, 0],
          [0, 1],
        ],
        [
          [1, 0],
          [0, 1],
        ],
        [
          [1, 0],
          [0, 1],
        ],
      ],
      scoreSpace: { targetShape: [5, 5], templateShape: [3, 3], fastShape: [8, 8], fourierShift: [-1, -1] },
    });
    expect(analyzer.seedCount).toBe(2);
    const state = analyzer.update(analyzer.initState(), {
      scores: ndarray(new Float32Array(64).fill(1), [8, 8]),
      rotationMatrix: [
        [1, 0],
        [0, 1],
      ],
    });
    const voxels = [...state.scores.data.keys()].filter((voxel) => state.scores.data[voxel] === 1);
    expect(voxels.map((voxel) => [Math.floor(voxel / 8), voxel % 8])).toEqual([
      [2, 2],
      [5, 4],
    ]);
  });

  const seed = {
    positions: [[1, 1]],
    rotations: [
      [
        [1, 0],
        [0, 1],
      ],
    ],
  };
  test.each([
    [{ coneAngle: 200 }, "coneAngle: 200"],
    [{ coneAngle: 10, coneOffset: -1 }, "coneOffset: -1"],
    [{ acceptanceRadius: -1 }, "acceptanceRadius: [-1]"],
    [{ reference: [0, 0] }, "reference: [0,0]"],
    [{ rotations: [[[1]]] }, "rotations: shape [1, 1, 1], expected [1, 2, 2]"],
    [{ positions: [[1, 2, 3]] }, "positions: shape [1, 3], expected [1, 2]"],
    [{ positions: undefined }, "positions: undefined"],
    [{ positions: [[1, Number.NaN]] }, "positions: 0 has NaN along axis 1"],
  ])("refuses the options %j by name and value", (options, message) => {
    expect(() => new MaxScoreOverRotationsConstrained({ shape: [4, 4], ...seed, ...options } as never)).toThrow(
      message,
    );
  });
});

test("a radius wider than the map, however wide, accepts scores everywhere at once", () => {
  const shape = [6, 9, 4];
  const constrained = new MaxScoreOverRotationsConstrained({
    shape,
    positions: [[1, 8, 3]],
    rotations: [
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    ],
    acceptanceRadius: 1e12,
  });
  const scores = ndarray(new Float32Array(216).fill(1), shape);
  const state = constrained.update(constrained.initState(), {
    scores,
    rotationMatrix: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  });
  expect(state.scores.data).toEqual(scores.data);
});
