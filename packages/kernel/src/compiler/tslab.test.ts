import { execFileSync } from "node:child_process";
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

test("tslab's comments say what a cell is", () => {
  expect(tslab.getCodeMetadata("/** @module mod */ let a;")).toEqual({ module: "mod" });
  expect(tslab.getCodeMetadata("/** @browser */ let a;")).toEqual({ mode: "browser" });
});

test("tslab's display functions write where the kernel says, and need no compiler", () => {
  const program = `
    import { requireTslab } from ${JSON.stringify(new URL("../../dist/compiler/tslab-for-cells.js", import.meta.url))};
    const tslab = requireTslab((message, update) => console.log(JSON.stringify([message.data, update === true])));
    tslab.display.html("x");
    console.log(tslab.versions.typescript);`;
  const shown = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(shown.trim().split("\n")).toEqual(['[{"text/html":"x"},false]', tslab.ts.version]);
});
