import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkout } from "./machine.js";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe("npm start, before it installs anything", () => {
  it("says what to do when Python is missing", () => {
    const { status, stderr } = startWith([]);
    expect(stderr).toMatch(/^Python 3 is missing: install Python 3\.11 or newer.+apt-get install.+\n$/);
    expect(status).toBe(1);
  });

  it("says what to do when Python is too old", () => {
    const { status, stderr } = startWith([3, 9, true]);
    expect(stderr).toMatch(/^This is Python 3\.9: install Python 3\.11 or newer.+\n$/);
    expect(status).toBe(1);
  });

  it("says what to do when Python has no venv", () => {
    const { status, stderr } = startWith([3, 12, false]);
    expect(stderr).toMatch(/^Python's venv module is missing\. .+python3-venv.+\n$/);
    expect(status).toBe(1);
  });

  it("refuses an option that it does not know", () => {
    const { status, stderr } = startWith([3, 12, true], "--fast");
    expect(stderr).toMatch(/^--fast is not an option\./);
    expect(status).toBe(2);
  });
});

/** Starts with a PATH that holds a made-up python3 alone, described by its version and whether it has venv. */
function startWith([major, minor, venv]: [number, number, boolean] | [], ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "path-"));
  folders.push(folder);
  if (major !== undefined) {
    const answer = JSON.stringify([join(folder, "python3"), [major, minor], venv]);
    writeFileSync(join(folder, "python3"), `#!/bin/sh\necho '${answer}'\n`);
    chmodSync(join(folder, "python3"), 0o755);
  }
  const script = join(checkout, "scripts/start.mjs");
  return spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env: { PATH: folder } });
}
