import ts from "typescript";
import { expect, test } from "vitest";
import { readCellSource } from "./cell-source.js";

const awaits = (source: string): boolean => readCellSource(ts, source).awaits;

test("a cell awaits when an await stands outside of its functions", () => {
  expect(awaits("await (f())")).toBe(true);
  expect(awaits("const x = [await f()]")).toBe(true);
  expect(awaits("for await (const x of y) {}")).toBe(true);
  expect(awaits("if (a) { await using r = f(); }")).toBe(true);
  expect(awaits("class A { [await f()]() {} }")).toBe(true);
  expect(awaits("class A extends (await f()) {}")).toBe(true);
});

test("an await inside of a function, a word or a text is not the cell's", () => {
  expect(awaits("async () => await f()")).toBe(false);
  expect(awaits("async function f() { for await (const x of y) {} }")).toBe(false);
  expect(awaits("class A { async m() { await 1 } }")).toBe(false);
  expect(awaits("const o = { async m() { await 1 } }")).toBe(false);
  expect(awaits("'await'; o.await")).toBe(false);
});

test("the word export before a declaration is blanked and every other character keeps its place", () => {
  expect(readCellSource(ts, "export const a = 1;\n/** d */ export async function f() {}").text).toBe(
    "       const a = 1;\n/** d */        async function f() {}",
  );
  expect(readCellSource(ts, "export { a } from 'b'; 'export const'").text).toBe(
    "export { a } from 'b'; 'export const'",
  );
});
