import { expect, it } from "vitest";
import { formatDuration, formatValue } from "./readout.js";

it("writes values with four significant digits", () => {
  expect([0.512345, 0, -5.43219, 123456, 0.000123, 42, Number.NaN].map(formatValue)).toEqual([
    "0.5123",
    "0",
    "-5.432",
    "1.23e+5",
    "1.23e-4",
    "42",
    "not known",
  ]);
});

it("writes durations in words", () => {
  expect([0.4, 59.6, 190, 7500].map(formatDuration)).toEqual(["0 s", "1 min 0 s", "3 min 10 s", "2 h 5 min"]);
});
