import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pythonHas } from "../python.js";

const live = pythonHas("mrcfile", "starfile");

test.skipIf(!live)(
  `the comparison of speed with mrcfile, starfile and pickle runs, on the same results${live ? "" : " (not in .venv)"}`,
  () => {
    const script = fileURLToPath(new URL("formats.mjs", import.meta.url));
    const table = execFileSync(process.execPath, [script, "--short"], { encoding: "utf8" });
    for (const work of [
      "MRC of 1 MB, read",
      "MRC of 1 MB, written",
      "STAR of 1000 picks, read",
      "STAR of 1000 picks, written",
      "pyTME 48",
    ])
      expect(table).toMatch(new RegExp(`^${work}.*( +[0-9.]+){4}$`, "m"));
  },
);
