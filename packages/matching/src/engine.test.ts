import { ndarray, rotate, rotationSet, sphereMask } from "@rotoscope/core";
import { Engine, type EngineShare, gatherMaps, MAXIMA, readMaps, shareEngine } from "@rotoscope/wasm";
import { describe, expect, test } from "vitest";
import { lengthsOf, originOf, targetGrid, targetRows } from "./extend-target.js";
import { type PreparedTarget, prepareTarget } from "./prepared-target.js";

type Shape3 = readonly [number, number, number];

const cases: readonly (readonly [string, Shape3, Shape3, boolean])[] = [
  ["odd and even lengths, padded", [20, 17, 26], [6, 9, 5], true],
  ["factors 3, 7, 11 and 13, periodic", [21, 33, 26], [6, 9, 5], false],
  ["factors 5, 7, 11 and 13, periodic", [35, 22, 13], [5, 6, 7], false],
  ["one z plane, padded", [1, 50, 41], [1, 9, 12], true],
  ["one z plane, periodic", [1, 37, 64], [1, 12, 7], false],
  ["a template nearly as large as the target, padded", [12, 14, 13], [12, 13, 12], true],
  ["a template nearly as large as the target, periodic", [11, 16, 13], [11, 15, 12], false],
  ["a template of a few voxels", [9, 8, 16], [2, 3, 4], true],
  ["more than four vectors to a tile", [9, 40, 70], [4, 5, 6], true],
];

describe("the engine", () => {
  test.each(cases)("scores as the definition does: %s", (_, shape, templateShape, padEdges) => {
    const { prepared, share, template, mask, grid, deviation } = setUp(shape, templateShape, padEdges);
    const engine = new Engine(share, 0);
    const size = prepared.factor.length;
    const maps = [new Float32Array(size), new Float32Array(size)] as const;
    const alone = new Float32Array(size);
    const [first, second] = [matrix(shape, 3), matrix(shape, 4)];
    engine.scoreMaps(first, second, ...maps);
    engine.scoreMaps(second, null, alone, null);
    const expected = [first, second].map((m) =>
      definition(grid, prepared, deviation, standardised(template, mask, m, templateShape)),
    );
    expect(worst(maps[0], expected[0]!)).toBeLessThan(2e-6);
    expect(worst(maps[1], expected[1]!)).toBeLessThan(2e-6);
    expect(worst(alone, expected[1]!)).toBeLessThan(2e-6);
  });

  test.each(cases)(
    "keeps the best of the maps, their squares and a log of improvements: %s",
    (_, shape, templateShape, pad) => {
      const { prepared, share } = setUp(shape, templateShape, pad);
      const size = prepared.factor.length;
      const logged = { scores: new Float32Array(size), winners: new Int32Array(size).fill(-1) };
      const best = { scores: new Float32Array(size), winners: new Int32Array(size).fill(-1) };
      let rotation = 0;
      const engine = new Engine(share, 0, (member, voxels, scores) => {
        voxels.forEach((voxel, entry) => {
          expect(scores[entry]!).toBeGreaterThan(logged.scores[voxel]!);
          logged.scores[voxel] = scores[entry]!;
          logged.winners[voxel] = rotation + member;
        });
      });
      const maps = [new Float32Array(size), new Float32Array(size)] as const;
      for (; rotation < 6; rotation += 2) {
        const pair = [matrix(shape, rotation), rotation === 4 ? null : matrix(shape, rotation + 1)] as const;
        engine.scoreMaps(...pair, ...maps);
        const squares = engine.scan(...pair, rotation, rotation + 1);
        maps.slice(0, pair[1] ? 2 : 1).forEach((map, member) => {
          map.forEach((score, voxel) => {
            if (!(score > best.scores[voxel]!)) return;
            best.scores[voxel] = score;
            best.winners[voxel] = rotation + member;
          });
          const sum = map.reduce((total, score) => total + score * score, 0);
          expect(squares[member]! / sum).toBeCloseTo(1, 5);
        });
      }
      expect(mapsOf(share, size)).toEqual(best);
      expect(logged).toEqual(best);
      expect(engine.highest).toBe(Math.max(...best.scores));
    },
  );

  test.each(cases)("finds the highest overlap in the score map: %s", (_, shape, templateShape, padEdges) => {
    const size = shape[0] * shape[1] * shape[2];
    const target = Float32Array.from({ length: size }, (_, voxel) => ((voxel * 48271) % 8191) / 8191);
    const targetMask = Float32Array.from({ length: size }, (_, voxel) => {
      const place = [
        Math.floor(voxel / (shape[1] * shape[2])),
        Math.floor(voxel / shape[2]) % shape[1],
        voxel % shape[2],
      ];
      return place.every(
        (at, axis) => at === (templateShape[axis]! >> 1) - 1 || at === shape[axis]! - 2 || shape[axis] === 1,
      )
        ? 1
        : 0;
    });
    const mask = new Float32Array(templateShape[0] * templateShape[1] * templateShape[2]).fill(1);
    const options = { shape, templateShape, padEdges, targetMask, mask, minLocalStd: 0, invert: false } as const;
    const prepared = prepareTarget({ ...options, target, score: "MCC", interpolation: "linear", background: null }, 1);
    const template = Float32Array.from(mask, (_, voxel) => ((voxel * 16807) % 127) / 127);
    const share = shareEngine(prepared.room, {
      ...prepared,
      ...{ template, background: null, mask, cubic: false, standardised: true, scoreThreshold: 0 },
    });
    const maxima = new Float32Array(2 * MAXIMA);
    const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    new Engine(share, 0).survey(identity, identity, maxima);
    const axes = targetGrid(options);
    const lengths = lengthsOf(axes);
    const rows = targetRows(axes, shape, targetMask, { mean: 0, scale: 1, fill: 0 });
    const values = new Float64Array(lengths[0] * lengths[1] * lengths[2]);
    for (let row = 0; row < lengths[0] * lengths[1]; row++)
      rows(Math.floor(row / lengths[1]), row % lengths[1], values.subarray(row * lengths[2], (row + 1) * lengths[2]));
    const grid = { shape, templateShape, lengths, origin: originOf(axes), values };
    const overlap = definition(grid, prepared, 1, Float64Array.from(mask)).reduce(
      (most, sum) => Math.max(most, sum),
      0,
    );
    expect((maxima[0]! * mask.length) / overlap).toBeCloseTo(1, 5);
    expect((maxima[MAXIMA]! * mask.length) / overlap).toBeCloseTo(1, 5);
  });

  test("leaves out rotations whose index is -1", () => {
    const { prepared, share } = setUp([9, 10, 11], [4, 5, 6], true);
    const engine = new Engine(share, 0);
    engine.scan(matrix([9, 10, 11], 0), matrix([9, 10, 11], 1), -1, -1);
    expect(mapsOf(share, prepared.factor.length).winners.every((winner) => winner === -1)).toBe(true);
    expect(engine.highest).toBe(Number.NEGATIVE_INFINITY);
  });

  test("gives each worker a state of its own", () => {
    const { prepared, share } = setUp([9, 10, 11], [4, 5, 6], true, 2);
    new Engine(share, 1).scan(matrix([9, 10, 11], 0), null, 7, -1);
    expect(mapsOf(share, prepared.factor.length).winners.every((winner) => winner === -1)).toBe(true);
    expect(mapsOf(share, prepared.factor.length, 1).winners.some((winner) => winner === 7)).toBe(true);
  });

  test.each(cases)(
    "gives its maps in small parts, the best of several workers at a place in larger ones: %s",
    (_, shape, templateShape, padEdges) => {
      const { prepared, share } = setUp(shape, templateShape, padEdges, 2);
      new Engine(share, 0).scan(matrix(shape, 3), matrix(shape, 4), 2, 3);
      new Engine(share, 1).scan(matrix(shape, 5), matrix(shape, 3), 0, 1);
      const size = prepared.factor.length;
      const [first, second] = [mapsOf(share, size), mapsOf(share, size, 1)];
      const [height, width] = [shape[1] + 3, shape[2] + 2];
      const whole = (shape[0] + 2) * height * width;
      const steps = [height * width, width, 1] as const;
      const place = { first: steps[0] + 2 * steps[1] + 1, steps };
      const maps = { scores: new Float32Array(whole).fill(-5), rotations: new Int32Array(whole).fill(-1) };
      const expected = { scores: maps.scores.slice(), rotations: maps.rotations.slice() };
      for (let voxel = 0; voxel < size; voxel++) {
        const [row, x] = [Math.floor(voxel / shape[2]), voxel % shape[2]];
        const at = place.first + Math.floor(row / shape[1]) * steps[0] + (row % shape[1]) * steps[1] + x;
        const [a, b] = [first.scores[voxel]!, second.scores[voxel]!];
        const [r, s] = [first.winners[voxel]!, second.winners[voxel]!];
        expected.scores[at] = Math.max(a, b);
        expected.rotations[at] = a === b ? (r < 0 || s < 0 ? Math.max(r, s) : Math.min(r, s)) : a > b ? r : s;
      }
      for (const worker of [0, 1]) for (const _ of gatherMaps(share, worker, maps, place));
      expect(maps).toEqual(expected);
    },
  );
});

function setUp(shape: Shape3, templateShape: Shape3, padEdges: boolean, workers = 1) {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const floats = (lengths: Shape3): Float32Array =>
    Float32Array.from({ length: lengths[0] * lengths[1] * lengths[2] }, random);
  const [target, template] = [floats(shape), floats(templateShape)];
  const mask = sphereMask(templateShape, Math.max(...templateShape) / 2 - 0.4).data;
  const options = { target, shape, templateShape, mask, padEdges, minLocalStd: 0, invert: false } as const;
  const prepared = prepareTarget(
    { ...options, score: "FLCSphericalMask", interpolation: "linear", targetMask: null, background: null },
    workers,
  );
  const share = shareEngine(prepared.room, {
    ...prepared,
    ...{ template, background: null, mask, cubic: false, standardised: true, scoreThreshold: 0 },
  });
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const deviation = Math.sqrt(target.reduce((sum, value) => sum + (value - mean) ** 2, 0) / target.length);
  const axes = targetGrid(options);
  const lengths = lengthsOf(axes);
  const values = new Float64Array(lengths[0] * lengths[1] * lengths[2]);
  const rows = targetRows(axes, shape, target, { mean, scale: 1, fill: -mean });
  for (let row = 0; row < lengths[0] * lengths[1]; row++)
    rows(Math.floor(row / lengths[1]), row % lengths[1], values.subarray(row * lengths[2], (row + 1) * lengths[2]));
  const grid = { shape, templateShape, lengths, origin: originOf(axes), values };
  return { prepared, share, template, mask, grid, deviation };
}

function matrix([depth]: Shape3, index: number): Float32Array {
  const planar = depth === 1;
  const { data } = rotationSet({ angularSamplingDegrees: 50, dimensions: planar ? 2 : 3 });
  if (!planar) return data.slice(index * 9, index * 9 + 9);
  return Float32Array.of(
    1,
    0,
    0,
    0,
    data[index * 4]!,
    data[index * 4 + 1]!,
    0,
    data[index * 4 + 2]!,
    data[index * 4 + 3]!,
  );
}

function mapsOf(share: EngineShare, size: number, worker = 0) {
  const maps = { scores: new Float32Array(size), winners: new Int32Array(size) };
  readMaps(share, worker, maps.scores, maps.winners);
  return maps;
}

function standardised(template: Float32Array, mask: Float32Array, m: Float32Array, shape: Shape3): Float64Array {
  const rotated = rotate(ndarray(template, shape), m).data;
  const weights = mask.reduce((sum, weight) => sum + weight, 0);
  const mean = rotated.reduce((sum, value, voxel) => sum + value * mask[voxel]!, 0) / weights;
  const variance = rotated.reduce((sum, value, voxel) => sum + (value - mean) ** 2 * mask[voxel]!, 0) / weights;
  return Float64Array.from(rotated, (value, voxel) => ((value - mean) / Math.sqrt(variance)) * mask[voxel]!);
}

interface Grid {
  readonly shape: Shape3;
  readonly templateShape: Shape3;
  readonly lengths: Shape3;
  readonly origin: Shape3;
  readonly values: Float64Array;
}

/** CC(f, g) on the periodic grid, voxel by voxel, over the target's deviation, times the factor. */
function definition(f: Grid, prepared: PreparedTarget, deviation: number, g: Float64Array): Float64Array {
  const { shape, templateShape, lengths, origin, values } = f;
  const { factor } = prepared;
  const wrap = (at: number, axis: 0 | 1 | 2): number => (at + origin[axis] + lengths[axis]) % lengths[axis];
  const out = new Float64Array(factor.length);
  for (let z = 0, at = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++, at++) {
        let sum = 0;
        for (let k = 0, voxel = 0; k < templateShape[0]; k++)
          for (let j = 0; j < templateShape[1]; j++) {
            const row = (wrap(z + k, 0) * lengths[1] + wrap(y + j, 1)) * lengths[2];
            for (let i = 0; i < templateShape[2]; i++, voxel++) sum += values[row + wrap(x + i, 2)]! * g[voxel]!;
          }
        out[at] = (sum / deviation) * factor[at]!;
      }
  return out;
}

function worst(a: Float32Array, b: Float64Array): number {
  return a.reduce((max, value, at) => Math.max(max, Math.abs(value - b[at]!)), 0);
}
