import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { checkout } from "./machine.js";

/** What each package may import of ours; the table "Allowed imports" of the architecture. */
const ours: Record<string, readonly string[]> = {
  core: [],
  wasm: ["@rotoscope/core"],
  formats: ["@rotoscope/core"],
  arrow: ["@rotoscope/core"],
  matching: ["@rotoscope/core", "@rotoscope/wasm", "@rotoscope/arrow"],
  kernel: [],
  viewer: [
    "@rotoscope/arrow/peaks",
    "@rotoscope/core",
    "@rotoscope/arrow/messages",
    "@rotoscope/arrow/reader",
    "@rotoscope/formats/euler",
    "@rotoscope/formats/mrc",
    "@rotoscope/formats/star",
  ],
  // The page is a string to fill in, without a DOM, and stays beside the script that it embeds.
  widgets: ["@rotoscope/core", "@rotoscope/arrow", "@rotoscope/formats", "@rotoscope/viewer/page"],
  jupyterlab: ["@rotoscope/viewer", "@rotoscope/viewer/files", "@rotoscope/viewer/page"],
  rotoscope: [
    "@rotoscope/core",
    "@rotoscope/wasm",
    "@rotoscope/formats",
    "@rotoscope/arrow",
    "@rotoscope/matching",
    "@rotoscope/widgets",
  ],
};

/** What a package depends on for a file of it, not for an import. */
const asFiles: Record<string, readonly string[]> = {
  widgets: ["@rotoscope/viewer"],
  rotoscope: ["@rotoscope/viewer", "@rotoscope/kernel"],
};

const usesNode = ["matching", "kernel", "widgets", "rotoscope"];
const usesNodeInNamedFiles = ["formats", "arrow"];
const forTests = ["vitest", "fast-check", "playwright-core"];

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

interface Source {
  readonly path: string;
  readonly text: string;
}

const packages = readdirSync(join(checkout, "packages"));

describe("allowed imports", () => {
  it("has a row for every package", () => {
    expect([...packages].sort()).toEqual(Object.keys(ours).sort());
  });

  it.each(packages)("%s imports only what the architecture allows", (name) => {
    const sources = sourcesOf(name);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap((source) => violations(name, manifestOf(name), source))).toEqual([]);
  });

  it.each(packages)("%s declares only packages of ours that it may use", (name) => {
    expect(undeclarable(name, manifestOf(name))).toEqual([]);
  });

  it.each([
    ["core", "src/a.ts", `import { readFileSync } from "node:fs";`],
    ["core", "src/a.ts", `export { default } from "lodash";`],
    ["core", "src/a.ts", `import type { Result } from "@rotoscope/arrow";`],
    ["core", "src/a.ts", `type Table = import("apache-arrow").Table;`],
    ["formats", "src/read.ts", `const fs = await import("node:fs");`],
    ["formats", "src/read.ts", `import fs from "fs";`],
    ["viewer", "src/a.ts", `import { writeArrow } from "@rotoscope/arrow";`],
    ["widgets", "src/a.ts", `import { mount } from "@rotoscope/viewer";`],
    ["kernel", "src/a.ts", `import { RotoscopeError } from "@rotoscope/core";`],
    ["matching", "src/a.ts", `import { parse } from "../../formats/src/star.js";`],
    ["matching", "src/a.ts", `import { it } from "vitest";`],
  ])("finds what %s must not import in %s: %s", (name, path, text) => {
    expect(violations(name, { dependencies: {} }, { path, text })).toHaveLength(1);
  });

  it.each([
    ["formats", "src/read.node.ts", `import { readFile } from "node:fs/promises";`],
    ["viewer", "src/a.ts", `import { readResult } from "@rotoscope/arrow/reader";`],
    ["matching", "src/a.test.ts", `import { it } from "vitest";`],
    ["rotoscope", "src/a.ts", `const page = new URL("../../viewer/dist/viewer.js", import.meta.url);`],
  ])("lets %s have in %s: %s", (name, path, text) => {
    expect(violations(name, { dependencies: {} }, { path, text })).toEqual([]);
  });

  it("finds a dependency on a package of ours that is not allowed", () => {
    expect(undeclarable("core", { dependencies: { "@rotoscope/arrow": "0.1.0" } })).toEqual(["@rotoscope/arrow"]);
  });
});

function violations(name: string, manifest: Manifest, { path, text }: Source): string[] {
  const isTest = /\.(test|bench)\.ts$/.test(path);
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map((file) => file.fileName)
    .filter((specifier) => !isAllowed(name, manifest, path, specifier, isTest))
    .map((specifier) => `packages/${name}/${path} imports ${specifier}`);
}

function isAllowed(name: string, manifest: Manifest, path: string, specifier: string, isTest: boolean): boolean {
  if (specifier.startsWith(".")) return !join(path, "..", specifier).startsWith("..");
  if (specifier.startsWith("node:")) return isTest || mayUseNode(name, path);
  if (isOurs(specifier)) return ours[name]?.includes(specifier) ?? false;
  const external = packageOf(specifier);
  return external in allDependencies(name, manifest) || (isTest && forTests.includes(external));
}

function mayUseNode(name: string, path: string): boolean {
  return usesNode.includes(name) || (usesNodeInNamedFiles.includes(name) && path.endsWith(".node.ts"));
}

function undeclarable(name: string, manifest: Manifest): string[] {
  const allowed = [...(ours[name] ?? []).map(packageOf), ...(asFiles[name] ?? [])];
  return Object.keys(manifest.dependencies ?? {}).filter(
    (dependency) => isOurs(dependency) && !allowed.includes(dependency),
  );
}

/** The browser's packages bundle what they use, so theirs may be development dependencies; core may have none. */
function allDependencies(name: string, manifest: Manifest): Record<string, string> {
  if (name === "core") return {};
  const bundled = name === "viewer" || name === "jupyterlab";
  return bundled ? { ...manifest.dependencies, ...manifest.devDependencies } : (manifest.dependencies ?? {});
}

function isOurs(specifier: string): boolean {
  return specifier === "rotoscope" || specifier.startsWith("rotoscope/") || specifier.startsWith("@rotoscope/");
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(checkout, "packages", name, "package.json"), "utf8"));
}

function sourcesOf(name: string): Source[] {
  const folder = join(checkout, "packages", name);
  return readdirSync(join(folder, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(folder, path), text: readFileSync(path, "utf8") }));
}
