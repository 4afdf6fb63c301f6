import { expect, test } from "vitest";
import {
  cartToScore,
  falsePositiveCutoff,
  filterPoints,
  MaxScoreOverRotations,
  MaxScoreOverRotationsConstrained,
  MaxScoreOverTranslations,
  meanScore,
  ndarray,
  oversamplePeaks,
  PeakCallerSort,
  rotate,
  scoreDeviation,
  scoreHistogram,
  scoreToCart,
  sphereMask,
} from "./index.js";

/** What a notebook user may type: the types are left out on purpose. */
type Anything = ReturnType<typeof JSON.parse>;

const shape = [3, 4];
const seeds = {
  positions: [[1, 1]],
  rotations: [
    [
      [1, 0],
      [0, 1],
    ],
  ],
};
const analyzer = new MaxScoreOverRotations({ shape });
const result = analyzer.result(analyzer.initState());
const merge = (wrong: object): Anything => MaxScoreOverRotations.merge([result, { ...result, ...wrong } as Anything]);
const constrained = (wrong: Anything): Anything =>
  new MaxScoreOverRotationsConstrained({ shape, ...seeds, ...wrong } as Anything);
const translations = (wrong: object): Anything =>
  new MaxScoreOverTranslations({ shape, nRotations: 2, ...wrong } as Anything);

const space = { targetShape: shape, templateShape: [1, 1] };
const map = ndarray(new Float32Array(12), shape);
const taken = (wrong: object): Anything =>
  analyzer.update(analyzer.initState(), {
    scores: { ...map, ...wrong } as Anything,
    rotationMatrix: [
      [1, 0],
      [0, 1],
    ],
  });

test.each<[string, (wrong: Anything) => unknown, Anything, string]>([
  ["rotations", (rotations) => new MaxScoreOverRotations({ shape, rotations }), null, "rotations: null"],
  ["rotations", (rotations) => new MaxScoreOverRotations({ shape, rotations }), 5, "rotations: 5"],
  ["options of a result", (options) => analyzer.result(analyzer.initState(), options), null, "options: null"],
  ["no options", (options) => new MaxScoreOverRotationsConstrained(options), undefined, "shape: undefined"],
  ["reference", (reference) => constrained({ reference }), 3, "reference: [3]"],
  ["acceptanceRadius", (acceptanceRadius) => constrained({ acceptanceRadius }), null, "acceptanceRadius: [null]"],
  ["shape", (large) => constrained({ shape: large }), [2 ** 40, 2 ** 40], "shape: [1099511627776, 1099511627776]"],
  ["aggregateAxes", (aggregateAxes) => translations({ aggregateAxes }), 1, "aggregateAxes: [1]"],
  ["data", (data) => taken({ data }), null, "scores: data: null"],
  ["shape", (wrong) => taken({ shape: wrong }), 3, "scores: shape: 3"],
  ["stride", (stride) => taken({ stride }), null, "scores: stride: null"],
  ["rotationMapping", (rotationMapping) => merge({ rotationMapping }), {}, "split 1: rotationMapping: [object Object]"],
  ["scores", (scores) => merge({ scores }), null, "split 1: no scores"],
  ["scores", (scores) => merge({ scores }), { shape, data: [1] }, "expected an NdArray of float32 (scores)"],
  ["state", (state) => new PeakCallerSort({ shape }).result(state), undefined, "state: undefined"],
  ["positions", (positions) => oversamplePeaks(map, positions), 1, "positions: 1"],
  ["scoreSpace", (scoreSpace) => constrained({ scoreSpace }), null, "scoreSpace: null"],
  ["scoreSpace", (scoreSpace) => constrained({ scoreSpace }), "x", "scoreSpace: x"],
  ["scores", (scores) => merge({ scores }), "x", "split 1: scores: shape: undefined"],
  ["scores", (scores) => merge({ scores }), [], "split 1: scores: shape: undefined"],
  ["offset", (offset) => merge({ offset }), "xy", "split 1: offset: xy"],
  ["options of a merge", (options) => MaxScoreOverRotations.merge([result], options), null, "options: null"],
  ["options of a merge", (options) => MaxScoreOverTranslations.merge([result], options), null, "options: null"],
  ["result", (of) => falsePositiveCutoff(of), null, "result: null"],
  ["scores", (scores) => falsePositiveCutoff({ ...result, scores }), null, "shape: undefined"],
  ["options of a cut-off", (options) => falsePositiveCutoff(result, options), null, "options: null"],
  ["rotationMapping", (rotationMapping) => falsePositiveCutoff({ ...result, rotationMapping }), 1, "Mapping: 1"],
  ["result", (of) => scoreDeviation(of), null, "result: null"],
  ["meanSquare", (meanSquare) => scoreDeviation({ meanSquare }), "x", "meanSquare: x"],
  ["scores", (scores) => meanScore(scores), null, "scores: null"],
  ["scores", (scores) => scoreHistogram(scores), null, "scores: null"],
  ["options of a histogram", (options) => scoreHistogram(map, options), null, "options: null"],
  ["range", (range) => scoreHistogram(map, { range }), 5, "range: 5"],
  ["coordinates", (coordinates) => filterPoints(coordinates, 1), null, "coordinates: null"],
  ["a point", (point) => filterPoints([[1, 2], point], 1), null, "coordinates: point 1: null"],
  ["options of a filter", (options) => filterPoints([], 1, options), null, "options: null"],
  ["batchDims", (batchDims) => filterPoints([], 1, { batchDims }), 1, "batchDims: 1"],
  ["array", (array) => rotate(array, new Float32Array(9)), null, "array: null"],
  ["matrix", (matrix) => rotate(ndarray(new Float32Array(1), [1, 1, 1]), matrix), null, "matrix: null"],
  ["shape of a sphere", (of) => sphereMask(of), null, "shape: null"],
  ["data", (data) => ndarray(data, [1]), null, "data: null"],
  ["shape of an array", (of) => ndarray(new Float32Array(1), of), null, "shape: null"],
  ["positions to map", (positions) => scoreToCart(positions, space), null, "positions: null"],
  ["a position to map", (position) => scoreToCart([position], space), null, "positions: 0 is [null]"],
  ["positions to map back", (positions) => cartToScore(positions, space), "x", "positions: x"],
  ["space", (of) => cartToScore([], of), undefined, "scoreSpace: undefined"],
  ["templateShape", (templateShape) => scoreToCart([], { ...space, templateShape }), 1, "templateShape: 1"],
  ["fastShape", (fastShape) => scoreToCart([], { ...space, fastShape }), "xy", "fastShape: [xy]"],
  ["shape of scores", (of) => oversamplePeaks({ ...map, shape: of }, []), [3, Number.NaN], "shape: [3,NaN]"],
  ["stride of scores", (stride) => oversamplePeaks({ ...map, stride }, []), [-4, 1], "stride: [-4,1]"],
  ["stride of scores", (stride) => oversamplePeaks({ ...map, stride }, []), [4], "stride: [4]"],
  ["factor", (factor) => oversamplePeaks(map, [[1, 1]], factor), 1e9, "factor: 1000000000"],
])("a wrong value of %s is an error that names it and says which", (_, use, wrong, message) => {
  expect(() => use(wrong)).toThrow(expect.objectContaining({ name: "RotoscopeError" }) as Error);
  expect(() => use(wrong)).toThrow(message);
});

test("one enormous radius takes in a rod across the map, and takes no time", () => {
  const rod = constrained({ acceptanceRadius: [0, 1e12] });
  const identity = [
    [1, 0],
    [0, 1],
  ];
  const { rotations } = rod.result(
    rod.update(rod.initState(), { scores: new Array(3).fill([1, 1, 1, 1]), rotationMatrix: identity }),
  );
  expect([...rotations.data]).toEqual([-1, -1, -1, -1, 0, 0, 0, 0, -1, -1, -1, -1]);
});
