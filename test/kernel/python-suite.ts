import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const KERNEL = join(ROOT, "packages/kernel/bin/rotoscope-kernel.js");
const PYTHON = process.env.ROTOSCOPE_TEST_PYTHON ?? join(ROOT, ".venv/bin/python");

/** A kernel that hangs must not hang the tests. */
const SUITE_MILLISECONDS = 600_000;

interface Outcome {
  readonly name: string;
  readonly outcome: "ok" | "skipped" | "failed";
  readonly detail: string;
}

/** Runs a Python test module of this folder against the kernel, in a folder without node_modules; each of its tests becomes one here. */
export async function pythonSuite(title: string, module: string): Promise<void> {
  if (!existsSync(PYTHON)) {
    describe.skip(`${title} (skipped: there is no .venv with jupyter_kernel_test)`, () => {
      test("runs", () => expect(PYTHON).toBeDefined());
    });
    return;
  }
  const outcomes = await runModule(module);
  describe(title, () => {
    test("the suite ran", () => expect(outcomes.length).toBeGreaterThan(0));
    for (const { name, outcome, detail } of outcomes) {
      if (outcome === "skipped") test.skip(`${name} (skipped: ${detail})`);
      else test(name, () => expect(outcome, detail).toBe("ok"));
    }
  });
}

async function runModule(module: string): Promise<Outcome[]> {
  const run = promisify(execFile);
  const prefix = mkdtempSync(join(tmpdir(), "kernel-test-"));
  const folder = mkdtempSync(join(tmpdir(), "kernel-cwd-"));
  try {
    await run(process.execPath, [KERNEL, "install", "--prefix", prefix]);
    const suite = fileURLToPath(new URL("suite.py", import.meta.url));
    const { stdout } = await run(PYTHON, [suite, module], {
      cwd: folder,
      env: { ...process.env, JUPYTER_DATA_DIR: join(prefix, "share/jupyter"), PYTHONDONTWRITEBYTECODE: "1" },
      maxBuffer: 1 << 26,
      timeout: SUITE_MILLISECONDS,
      killSignal: "SIGKILL",
    });
    return stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Outcome);
  } finally {
    rmSync(prefix, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}
