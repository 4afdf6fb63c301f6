import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadTypeScript } from "./load-typescript.js";

const MODULE = new URL("../../dist/compiler/load-typescript.js", import.meta.url);

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kernel-cache-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Loads and saves in a process of its own, because V8 compiles the same text once a process. */
function loadAndSave(folder: string): string {
  const program = `
    import { loadTypeScript } from ${JSON.stringify(MODULE)};
    const { typescript, saveCodeCache } = loadTypeScript(${JSON.stringify(folder)});
    process.stdout.write(typescript.transpile("let a: number"));
    saveCodeCache();`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
}

test("what V8 compiled is kept for the next kernel, once", () => {
  const folder = join(emptyFolder(), "cache");
  expect(loadAndSave(folder)).toContain("let a;");
  const [file] = readdirSync(folder);
  const { mtimeMs } = statSync(join(folder, file!));
  expect(loadAndSave(folder)).toContain("let a;");
  expect(readdirSync(folder)).toEqual([file]);
  expect(statSync(join(folder, file!)).mtimeMs).toBe(mtimeMs);
});

test("a damaged cache is not used and is replaced", () => {
  const folder = emptyFolder();
  loadAndSave(folder);
  const file = join(folder, readdirSync(folder)[0]!);
  const { size } = statSync(file);
  truncateSync(file, 100_000);
  expect(loadAndSave(folder)).toContain("let a;");
  expect(statSync(file).size).toBeGreaterThan(size / 2);
});

test("a folder that can't be written does no harm", () => {
  const loaded = loadTypeScript("/dev/null/cache");
  expect(() => loaded.saveCodeCache()).not.toThrow();
  expect(loaded.typescript.version).toMatch(/^6\./);
});
