import ts from "typescript";
import { expect, test } from "vitest";
import { codeCompleteness } from "./code-completeness.js";

test("code that parses is complete", () => {
  for (const code of ["", "1", "const x: number = 1", "await f()", "function f() {}\n"]) {
    expect(codeCompleteness(ts, code), code).toEqual({ status: "complete" });
  }
});

test("code that stops before its end is incomplete, and says how to indent", () => {
  expect(codeCompleteness(ts, "if (x) {")).toEqual({ status: "incomplete", indent: "  " });
  expect(codeCompleteness(ts, "if (x) {\n  f(1,")).toEqual({ status: "incomplete", indent: "  " });
  expect(codeCompleteness(ts, "`a")).toMatchObject({ status: "incomplete" });
  expect(codeCompleteness(ts, "/* a")).toMatchObject({ status: "incomplete" });
});

test("code that no continuation can mend is invalid", () => {
  for (const code of ["const = 1", "function () {", ")", "a b c {"]) {
    expect(codeCompleteness(ts, code), code).toEqual({ status: "invalid" });
  }
});
