import type { ViewDescription } from "@rotoscope/arrow/messages";
import { expect, it } from "vitest";
import { carryState, firstState } from "./view-state.js";

const description: ViewDescription = {
  title: "",
  shape: [10, 20, 40],
  voxelSizeAngstrom: [0, 0, 0],
  maps: ["target", "scores", "rotations"],
  stepCount: 30,
  hasHistory: true,
  hasThisRotation: true,
  hasTemplate: false,
  scoreThreshold: 0,
  statistics: null,
  choice: { threshold: 0, removed: [] },
  keepsChoice: true,
  binning: 1,
  wholeShape: [10, 20, 40],
  ranges: { target: null, scores: [0, 1] },
  picks: [{ position: [3, 4.6, 50], score: 1, rotation: 2 }],
  running: false,
  notes: [],
};

it("opens at the last step's scores through the best pick, or the middle", () => {
  expect(firstState(description)).toEqual({
    map: "scores",
    mapIsChosen: false,
    slices: [3, 5, 39],
    step: null,
    view: "best",
  });
  expect(firstState({ ...description, picks: [], maps: ["target"] })).toEqual({
    map: "target",
    mapIsChosen: false,
    slices: [5, 10, 20],
    step: null,
    view: "best",
  });
});

it("keeps map, slices and step when the description changes", () => {
  const state = { map: "rotations", mapIsChosen: true, slices: [1, 2, 3], step: 7, view: "best" } as const;
  expect(carryState(state, description, { ...description, title: "done" })).toEqual(state);
});

it("keeps the place in a coarser copy of the volume, and comes back to it", () => {
  const coarse = { ...description, shape: [5, 10, 20] } as const;
  const carried = carryState(
    { map: "scores", mapIsChosen: false, slices: [8, 9, 31], step: 7, view: "best" },
    description,
    coarse,
  );
  expect(carried.slices).toEqual([4, 4, 15]);
  expect(
    carryState(carried, coarse, description).slices.every((slice, axis) => Math.abs(slice - [8, 9, 31][axis]!) <= 1),
  ).toBe(true);
});

it("falls back to the latest step and to a map that is there", () => {
  const state = { map: "rotations", mapIsChosen: true, slices: [1, 2, 3], step: 7, view: "best" } as const;
  expect(carryState(state, description, { ...description, hasHistory: false, maps: ["target", "scores"] })).toEqual({
    map: "scores",
    mapIsChosen: false,
    slices: [1, 2, 3],
    step: null,
    view: "best",
  });
});

it("shows scores once there are some, unless another map was chosen", () => {
  const early = { ...description, maps: ["target"] } as const;
  const state = firstState(early);
  expect(carryState(state, early, description).map).toBe("scores");
  expect(carryState({ ...state, mapIsChosen: true }, early, description).map).toBe("target");
});
