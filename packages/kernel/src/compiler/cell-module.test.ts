import ts from "typescript";
import { expect, test } from "vitest";
import { prepareCellModule } from "./cell-module.js";

test("names are shared by accessors at the cell's end, imported ones without a setter", () => {
  const shared = prepareCellModule(ts, 'import { a as b } from "m";\nlet c = 1;\nexport { b, c };\n');
  expect(shared).toContain('"b", { configurable: true, enumerable: true, get: () => b });');
  expect(shared).toContain(
    '"c", { configurable: true, enumerable: true, get: () => c, set: (value) => { c = value; } });',
  );
  expect(shared.split("\n").slice(0, 2)).toEqual(['import { a as b } from "m";', "let c = 1;"]);
});

test("the accessors follow the variable in both directions", () => {
  const shared = prepareCellModule(ts, "let c = 1; const read = () => c;\nexport { c, read };");
  const exports: { c?: number; read?: () => number } = {};
  new Function("exports", shared)(exports);
  exports.c = 5;
  expect([exports.c, exports.read?.()]).toEqual([5, 5]);
});

test("what is exported from another module stays an export", () => {
  expect(prepareCellModule(ts, 'export { a } from "m";')).toBe('export { a } from "m";');
});

test("import() hands its name and the way through require to the kernel", () => {
  expect(prepareCellModule(ts, 'await import("m")')).toBe(
    'await ((name) => __tslab__.import(name, () => import(name)))("m")',
  );
});
