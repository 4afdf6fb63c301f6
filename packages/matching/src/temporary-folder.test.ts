import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "./temporary-folder.js";

test("a folder that a killed process left goes when the next one is made; those of living processes and of other machines stay", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const start = join(tmpdir(), "rotoscope-test-folders-");
  const left = `${start}${hostname()}-${pid}-abc123`;
  const others = [`${start}${hostname()}-${process.ppid}-abc123`, `${start}elsewhere-${pid}-abc123`];
  for (const folder of [left, ...others]) mkdirSync(folder, { recursive: true });
  const mine = temporaryFolder("test-folders");
  expect([left, ...others, mine].map((folder) => existsSync(folder))).toEqual([false, true, true, true]);
  for (const folder of [...others, mine]) rmSync(folder, { recursive: true });
});
