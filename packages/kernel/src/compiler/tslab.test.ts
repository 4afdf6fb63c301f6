import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { loadTslab } from "./tslab.js";

const require = createRequire(import.meta.url);
const tslab = loadTslab();

test("tslab is the version whose inner modules the kernel builds on", () => {
  expect((require("tslab/package.json") as { version: string }).version).toBe("1.0.22");
});

test("tslab runs on the kernel's TypeScript", () => {
  expect((require("tslab") as { versions: { typescript: string } }).versions.typescript).toBe(tslab.ts.version);
});

test("tslab's converter compiles a cell, with the last expression in a variable", () => {
  const converter = tslab.createConverter();
  const first = converter.convert("", "const a: number = 1; enum E { A }; a");
  expect(first.diagnostics).toEqual([]);
  expect(first.output).toContain(`exports.${first.lastExpressionVar}`);
  expect(first.declOutput).toContain("declare const a: number");
  expect(converter.convert(first.declOutput!, "a + 1").output).toContain("exports.a + 1");
  expect(converter.convert("", "const s: string = 1").diagnostics[0]).toMatchObject({
    code: 2322,
    start: { line: 0, character: 6 },
  });
  const inspected = converter.inspect(first.declOutput!, "a", 0);
  expect(tslab.printQuickInfo(inspected!)).toBe("const a: number");
  expect(converter.complete("", "Math.cbr", 8)).toMatchObject({ start: 5, end: 8, candidates: ["cbrt"] });
  expect(converter.addModule("mod", "export const x: string = 1")).toHaveLength(1);
  converter.close();
});

test("tslab's executor hands over the last expression, what a cell threw, and an interrupt", async () => {
  const logged: unknown[] = [];
  const errors: unknown[] = [];
  const converter = tslab.createConverter();
  const executor = tslab.createExecutor(
    process.cwd(),
    { node: converter, browser: converter, close: () => {} },
    { log: (value) => logged.push(value), error: (...values) => errors.push(values) },
  );
  await executor.execute("const x = 2; x * 3");
  expect(logged).toEqual([6]);
  expect(await executor.execute("throw 'thrown'")).toBe(false);
  expect(errors).toEqual([["thrown"]]);
  executor.interrupt();
  converter.close();
});

test("tslab's display functions write where the kernel says", () => {
  const shown: unknown[] = [];
  tslab.onDisplay((message) => shown.push(message.data));
  (require("tslab") as { display: { html(text: string): void } }).display.html("x");
  expect(shown).toEqual([{ "text/html": "x" }]);
});
