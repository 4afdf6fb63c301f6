import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout } from "./machine.js";

const personalFolders = ["work", "root", "home", "Users"].join("|");
const machinePath = new RegExp(`(^|[\\s"'\`(=:,])/(${personalFolders})/[\\w.]`, "m");

describe("the repository", () => {
  it("has a lock file without download addresses", () => {
    const { packages } = readJson("package-lock.json");
    const resolved = Object.values<{ resolved?: string }>(packages).flatMap((entry) => entry.resolved ?? []);
    expect(resolved.length).toBeGreaterThan(0);
    expect(resolved.filter((address) => !/^packages\/\w+$/.test(address))).toEqual([]);
  });

  it.each(["lab", "test", "pytme", "alone"])("pins each of Python's %s packages by name and version alone", (name) => {
    const pins = read(`scripts/python/${name}.txt`).trim().split("\n");
    expect(pins.length).toBeGreaterThan(0);
    expect(pins.filter((pin) => !/^[a-z0-9-]+==[0-9][0-9.]*(\.post\d+)?$/.test(pin))).toEqual([]);
  });

  it("names in its notices what the viewer's bundles hold", () => {
    const check = ["scripts/third-party-notices.mjs", "--check"];
    const { status, stderr } = spawnSync(process.execPath, check, { cwd: checkout, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("names no machine's paths in its files", () => {
    const files = trackedFiles();
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => machinePath.test(read(path)))).toEqual([]);
  });

  it.each(["work", "root", "home"])("would notice a path that starts with %s", (folder) => {
    expect(`see "/${folder}/notes.txt"`).toMatch(machinePath);
  });

  it.each(readdirSync(join(checkout, "packages")))("%s has the fields that a package needs", (name) => {
    const manifest = readJson(`packages/${name}/package.json`);
    expect(manifest).toMatchObject({
      version: readJson("lerna.json").version,
      license: "BSD-3-Clause",
      type: "module",
      sideEffects: false,
      engines: { node: ">=20.19" },
    });
    expect(manifest.description).toMatch(/^[A-Z].+\.$/);
  });
});

function trackedFiles(): string[] {
  return execFileSync("git", ["ls-files", "-z"], { cwd: checkout, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(checkout, path)) && lstatSync(join(checkout, path)).isFile());
}

function readJson(path: string) {
  return JSON.parse(read(path));
}

function read(path: string): string {
  return readFileSync(join(checkout, path), "utf8");
}
