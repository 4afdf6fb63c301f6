import { expect, test } from "vitest";
import { codePointOffset, codeUnitOffset } from "./cursor.js";

test("a cursor counts code points, JavaScript counts code units", () => {
  expect(codeUnitOffset("a😀b", 2)).toBe(3);
  expect(codePointOffset("a😀b", 3)).toBe(2);
});

test("a cursor that is missing or past the end is the end", () => {
  expect(codeUnitOffset("abc", undefined)).toBe(3);
  expect(codeUnitOffset("abc", 99)).toBe(3);
});
