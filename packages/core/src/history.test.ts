import fc from "fast-check";
import { expect, test } from "vitest";
import {
  HistoryCursor,
  type HistoryState,
  type HistoryStep,
  ImprovementLog,
  joinImprovements,
  MaxScoreOverRotations,
  ndarray,
  prepareReplay,
  replayable,
} from "./index.js";

const VOXELS = 12;
const maps = fc.array(fc.array(fc.integer({ min: -3, max: 9 }), { minLength: VOXELS, maxLength: VOXELS }), {
  minLength: 1,
  maxLength: 8,
});

test("a history joined from any chunks gives the state of one run after every step, forwards and backwards", () => {
  fc.assert(
    fc.property(maps, fc.array(fc.nat(8)), fc.array(fc.nat(8)), (scores, cuts, jumps) => {
      const analyzer = new MaxScoreOverRotations({ shape: [VOXELS] });
      const state = analyzer.initState();
      const states = [[[...state.scores.data], [...state.rotations.data]]];
      scores.forEach((values, k) => {
        analyzer.update(state, { scores: values, rotationMatrix: [[k + 1]] });
        states.push([[...state.scores.data], [...state.rotations.data]]);
      });
      const bounds = [0, ...cuts.map((cut) => Math.min(cut, scores.length)).sort((a, b) => a - b), scores.length];
      const logs = bounds.slice(1).map((to, chunk) => {
        const log = new ImprovementLog();
        const own = analyzer.initState();
        for (let k = bounds[chunk]!; k < to; k++)
          analyzer.update(own, { scores: scores[k]!, rotationMatrix: [[k + 1]], rotationIndex: k }, log);
        return log.entries();
      });
      const history = joinImprovements(logs, [VOXELS], 0);
      expect(history.stepCount).toBe(scores.length);
      const cursor = new HistoryCursor(history, analyzer.result(state));
      const route = [...states.keys(), ...jumps.map((jump) => Math.min(jump, scores.length)), 0];
      for (const step of route) {
        cursor.moveTo(step);
        expect([[...cursor.scores], [...cursor.rotations]]).toEqual(states[step]);
      }
    }),
  );
});

test("a large history gives the same states by every route, whatever the order of its entries", () => {
  const [size, stepCount] = [150_000, 40];
  let seed = 9;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const scores = new Float32Array(size);
  const rotations = new Int32Array(size).fill(-1);
  const states = [[scores.slice(), rotations.slice()]];
  const steps: HistoryStep[] = [];
  for (let k = 1; k <= stepCount; k++) {
    const voxel = Int32Array.from({ length: size }, (_, i) => (i * 7919) % size).filter(() => random() < 1 / k ** 0.5);
    const rotation = voxel.map((at) => rotations[at]!);
    steps.push({ voxel, score: Float32Array.from(voxel, (at) => scores[at]!), rotation });
    for (const at of voxel) {
      scores[at] = k + random();
      rotations[at] = k - 1;
    }
    states.push([scores.slice(), rotations.slice()]);
  }
  const maps = { scores: ndarray(scores, [size]), rotations: ndarray(rotations, [size]) };
  const history = replayable({ stepCount, step: (k) => steps[k - 1]! }, maps);
  const state = history.at(stepCount);
  const same = ({ step, scores, rotations }: HistoryState): boolean =>
    Buffer.compare(Buffer.from(scores.data.buffer), Buffer.from(states[step]![0]!.buffer)) === 0 &&
    Buffer.compare(Buffer.from(rotations.data.buffer), Buffer.from(states[step]![1]!.buffer)) === 0;
  const route = [
    39,
    0,
    1,
    40,
    20,
    21,
    22,
    23,
    3,
    2,
    1,
    0,
    40,
    ...Array.from({ length: 60 }, () => Math.floor(41 * random())),
  ];
  for (const step of route) {
    expect(same(state.moveTo(step)), `to ${step}`).toBe(true);
    if (step % 7 === 0) expect(same(history.at(step)), `at ${step}`).toBe(true);
  }
  expect(same(state)).toBe(true);
  expect(() => history.at(41)).toThrow("step: 41, expected an integer from 0 to 40");
});

test("a step outside the history is refused with its value", () => {
  const history = joinImprovements([], [2], 0);
  const maps = { scores: ndarray(new Float32Array(2), [2]), rotations: ndarray(new Int32Array(2).fill(-1), [2]) };
  expect(() => new HistoryCursor(history, maps).moveTo(1)).toThrow("step: 1, expected an integer from 0 to 0");
});

test("a history that was prepared gives the same states, steps of over a million entries too", async () => {
  const size = 1_200_000;
  const scores = new Float32Array(size);
  const rotations = new Int32Array(size).fill(-1);
  const states = [[scores.slice(), rotations.slice()] as const];
  const steps: HistoryStep[] = [];
  for (const [index, every] of [1, 1, 2, 1, 500, 3, 1].entries()) {
    const voxel = Int32Array.from({ length: Math.floor(size / every) }, (_, i) => i * every);
    steps.push({
      voxel,
      score: Float32Array.from(voxel, (at) => scores[at]!),
      rotation: voxel.map((at) => rotations[at]!),
    });
    for (const at of voxel) {
      scores[at]! += 1 + (at % 7);
      rotations[at] = index;
    }
    states.push([scores.slice(), rotations.slice()]);
  }
  const maps = { scores: ndarray(scores, [size]), rotations: ndarray(rotations, [size]) };
  const history = replayable({ stepCount: steps.length, step: (k) => steps[k - 1]! }, maps);
  let pauses = 0;
  await prepareReplay(history, maps, async () => pauses++);
  expect(pauses).toBeGreaterThan(steps.length);
  const state = history.at(0);
  for (const step of [0, 1, 2, 7, 3, 0, 6, 5, 4]) {
    state.moveTo(step);
    const [best, winners] = states[step]!;
    expect(Buffer.compare(Buffer.from(state.scores.data.buffer), Buffer.from(best.buffer)), `to ${step}`).toBe(0);
    expect(Buffer.compare(Buffer.from(state.rotations.data.buffer), Buffer.from(winners.buffer)), `to ${step}`).toBe(0);
  }
});
