import fc from "fast-check";
import { expect, test } from "vitest";
import { HistoryCursor, ImprovementLog, joinImprovements, MaxScoreOverRotations, ndarray } from "./index.js";

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

test("a step outside the history is refused with its value", () => {
  const history = joinImprovements([], [2], 0);
  const maps = { scores: ndarray(new Float32Array(2), [2]), rotations: ndarray(new Int32Array(2).fill(-1), [2]) };
  expect(() => new HistoryCursor(history, maps).moveTo(1)).toThrow("step: 1, expected an integer from 0 to 0");
});
