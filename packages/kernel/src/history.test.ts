import { expect, test } from "vitest";
import { History } from "./history.js";

function example(): History {
  const history = new History();
  for (const [index, source] of ["a = 1", "b = 2", "a = 1"].entries()) history.add(index + 1, source);
  history.setOutput(3, "1");
  return history;
}

test("the tail has the latest cells, with their output when asked", () => {
  expect(example().query({ hist_access_type: "tail", n: 2 })).toEqual([
    [1, 2, "b = 2"],
    [1, 3, "a = 1"],
  ]);
  expect(example().query({ hist_access_type: "tail", n: 1, output: true })).toEqual([[1, 3, ["a = 1", "1"]]]);
});

test("a range is of this session, its end excluded", () => {
  expect(example().query({ hist_access_type: "range", session: 0, start: 1, stop: 2 })).toEqual([[1, 1, "a = 1"]]);
  expect(example().query({ hist_access_type: "range", session: -1, start: 1, stop: 2 })).toEqual([]);
});

test("a search takes * and ? and can leave out repeated cells", () => {
  expect(example().query({ hist_access_type: "search", pattern: "a*" })).toHaveLength(2);
  expect(example().query({ hist_access_type: "search", pattern: "a*", unique: true })).toEqual([[1, 3, "a = 1"]]);
  expect(example().query({ hist_access_type: "search", pattern: "? = 2" })).toEqual([[1, 2, "b = 2"]]);
  expect(example().query({ hist_access_type: "search", pattern: "[(" })).toEqual([]);
});
