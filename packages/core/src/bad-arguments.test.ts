import { expect, test } from "vitest";
import {
  MaxScoreOverRotations,
  MaxScoreOverRotationsConstrained,
  MaxScoreOverTranslations,
  ndarray,
  oversamplePeaks,
  PeakCallerSort,
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

const taken = (wrong: object): Anything =>
  analyzer.update(analyzer.initState(), {
    scores: { ...ndarray(new Float32Array(12), shape), ...wrong } as Anything,
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
  ["positions", (positions) => oversamplePeaks(ndarray(new Float32Array(12), shape), positions), 1, "positions: 1"],
])("a wrong value of %s is an error that names it and says which", (_, use, wrong, message) => {
  expect(() => use(wrong)).toThrow(expect.objectContaining({ name: "RotoscopeError" }) as Error);
  expect(() => use(wrong)).toThrow(message);
});
