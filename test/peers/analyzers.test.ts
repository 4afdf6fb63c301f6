import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pythonHas } from "../python.js";

const live = pythonHas("tme");

test.skipIf(!live)(`the comparison of speed with pyTME runs, on the same results${live ? "" : " (no pyTME)"}`, () => {
  const script = fileURLToPath(new URL("analyzers.mjs", import.meta.url));
  const table = execFileSync(process.execPath, [script, "--short"], { encoding: "utf8" });
  for (const work of ["update, half", "update, none", "PeakCallerSort", "PeakCallerScipy", "merge of 8"])
    expect(table).toMatch(new RegExp(`^${work}.*( +[0-9.]+){5}$`, "m"));
});
