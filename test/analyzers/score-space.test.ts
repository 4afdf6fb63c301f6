import { cartToScore, falsePositiveCutoff, ndarray, scoreHistogram, scoreToCart } from "@rotoscope/core";
import { describe, expect, test } from "vitest";
import { pythonHas } from "../python.js";
import { itemOf, live, missing, rowsOf, runPytme } from "./pytme.js";

describe.skipIf(!live)(`score space and target space against pyTME live${missing}`, () => {
  test.each([
    {
      seed: 1,
      targetShape: [30, 33, 28],
      templateShape: [7, 8, 5],
      fastShape: [40, 40, 32],
      fourierShift: [-3, -3, -2],
      convolutionMode: "same",
    },
    {
      seed: 2,
      targetShape: [30, 33],
      templateShape: [7, 8],
      fastShape: [36, 40],
      fourierShift: [0, 5],
      convolutionMode: "same",
    },
    {
      seed: 3,
      targetShape: [30, 33],
      templateShape: [8, 6],
      fastShape: [40, 40],
      fourierShift: [1, -1],
      convolutionMode: "full",
    },
    {
      seed: 4,
      targetShape: [30, 33],
      templateShape: [8, 6],
      fastShape: [40, 40],
      fourierShift: [-4, -3],
      convolutionMode: "valid",
    },
  ] as const)("maps positions there and back alike: %j", (options) => {
    const theirs = runPytme(
      `from tme.analyzer._utils import score_to_cart, cart_to_score
fast = np.array(a["fastShape"])
scores = random.integers(0, fast, (60, len(fast)))
target = random.integers(0, a["targetShape"], (60, len(fast)))
space = dict(fast_shape=tuple(a["fastShape"]), targetshape=tuple(a["targetShape"]), templateshape=tuple(a["templateShape"]),
  convolution_shape=tuple(t + s - 1 for t, s in zip(a["targetShape"], a["templateShape"])), fourier_shift=tuple(a["fourierShift"]), convolution_mode=a["convolutionMode"])
cart, valid = score_to_cart(scores.copy(), **space)
back, back_valid = cart_to_score(target.copy(), **space)
answer(scores=scores, target=target, cart=cart, valid=valid, back=back, back_valid=back_valid)`,
      options,
    );
    const cart = scoreToCart(rowsOf(theirs.scores!), options);
    expect(cart.inside).toEqual([...theirs.valid!.data].map((valid) => valid === 1));
    expect(cart.positions.filter((_, at) => cart.inside[at])).toEqual(
      rowsOf(theirs.cart!).filter((_, at) => cart.inside[at]),
    );
    const inside = rowsOf(theirs.target!).filter((_, at) => cartToScore(rowsOf(theirs.target!), options).inside[at]);
    const round = scoreToCart(cartToScore(inside, options).positions, options);
    expect(round.positions).toEqual(inside);
    expect(round.inside).not.toContain(false);
    expect(inside.length).toBeGreaterThan(20);
    const back = cartToScore(rowsOf(theirs.target!), options);
    expect(back.positions).toEqual(rowsOf(theirs.back!));
  });
});

const scipy = live && pythonHas("scipy");
describe.skipIf(!scipy)(`statistics against numpy and scipy${scipy ? "" : " (not installed)"}`, () => {
  test.each([1, 2])("histogram, seed %i", (seed) => {
    const theirs = runPytme(
      `scores = random.standard_normal(5000).astype(np.float32)
counts, edges = np.histogram(scores, bins=37)
some, _ = np.histogram(scores, bins=20, range=(-0.5, 0.7))
answer(scores=scores, counts=counts, edges=edges, some=some)`,
      { seed },
    );
    const scores = itemOf({ ...theirs.scores!, shape: [1, 5000] }, 0);
    const { counts, edges } = scoreHistogram(scores, { bins: 37 });
    expect([...counts]).toEqual([...theirs.counts!.data]);
    edges.forEach((edge, at) => {
      expect(edge).toBeCloseTo(theirs.edges!.data[at]!, 5);
    });
    expect([...scoreHistogram(scores, { bins: 20, range: [-0.5, 0.7] }).counts]).toEqual([...theirs.some!.data]);
  });

  test("the cut-off for an accepted number of false positives", () => {
    const accepted = [0.001, 0.5, 1, 10, 1e3, 2e5, 3e5];
    const theirs = runPytme(
      `from scipy.special import erfcinv
n = 30 * 40 * 36 * 7.0
answer(cutoffs=np.array([np.sqrt(2) * 0.3 * erfcinv(2 * k / n) for k in a["accepted"]]))`,
      { accepted },
    );
    const result = {
      meanSquare: 0.09,
      scores: { shape: [36, 46, 42] },
      rotationMapping: new Map(Array.from({ length: 7 }, (_, k) => [k, Float32Array.of(k)])),
    };
    accepted.forEach((numFalsePositives, at) => {
      const cutoff = falsePositiveCutoff(result, { numFalsePositives, minBoundaryDistance: 3 });
      expect(Math.abs(cutoff - theirs.cutoffs!.data[at]!)).toBeLessThan(1e-13);
    });
    expect(() => falsePositiveCutoff(result, { minBoundaryDistance: 18 })).toThrow("boundary distance 18");
    expect(() => falsePositiveCutoff(result, { numFalsePositives: 0 })).toThrow("numFalsePositives: 0");
  });
});

test("a histogram leaves out NaN, and has bins about a single value", () => {
  const { counts, edges } = scoreHistogram(ndarray(Float32Array.of(2, Number.NaN, 2), [3]), { bins: 2 });
  expect([...edges]).toEqual([1.5, 2, 2.5]);
  expect([...counts]).toEqual([0, 2]);
});
