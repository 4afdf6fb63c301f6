import ts from "typescript";
import { expect, test } from "vitest";
import { prepareCellModule } from "./cell-module.js";

test("names are shared by accessors at the cell's end, imported ones without a setter", () => {
  const { text: shared } = prepareCellModule(ts, 'import { a as b } from "m";\nlet c = 1;\nexport { b, c };\n');
  expect(shared).toContain('"b", { configurable: true, enumerable: true, get: () => b });');
  expect(shared).toContain(
    '"c", { configurable: true, enumerable: true, get: () => c, set: (value) => { c = value; } });',
  );
  expect(shared.split("\n").slice(0, 2)).toEqual(['import { a as b } from "m";', "let c = 1;"]);
});

test("the accessors follow the variable in both directions", () => {
  const { text: shared } = prepareCellModule(ts, "let c = 1; const read = () => c;\nexport { c, read };");
  const exports: { c?: number; read?: () => number } = {};
  new Function("exports", shared)(exports);
  exports.c = 5;
  expect([exports.c, exports.read?.()]).toEqual([5, 5]);
});

test("what is exported from another module stays an export", () => {
  expect(prepareCellModule(ts, 'export { a } from "m";')).toEqual({ text: 'export { a } from "m";', isModule: true });
});

test("import() hands its name and the way through require to the kernel", () => {
  expect(prepareCellModule(ts, 'await import("m")')).toEqual({
    text: 'await ((name) => __tslab__.import(name, () => import(name)))("m")',
    isModule: true,
  });
});

test("a cell without imports is no module any more", () => {
  expect(prepareCellModule(ts, "let a = 1;\nexport { a };").isModule).toBe(false);
  expect(prepareCellModule(ts, "1 + 1;\nexport {};")).toEqual({ text: "1 + 1;\n", isModule: false });
  for (const source of ['import "m";', "export default 1;", "export class B {}", "import.meta.url"])
    expect(prepareCellModule(ts, source).isModule).toBe(true);
});

test("the last expression is handed over in its place", () => {
  const source = "export const tsLastExpr = f();\nexport {};";
  const { text, isModule } = prepareCellModule(ts, source);
  expect(isModule).toBe(false);
  expect(text.indexOf("f()")).toBe(source.indexOf("f()"));
  const exports: Record<string, unknown> = {};
  new Function("exports", "f", text)(exports, () => 5);
  expect(exports).toEqual({ tsLastExpr: 5 });
});
