import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkout, python } from "./machine.js";

/** Whether the project's `.venv` can import these modules. */
export function pythonHas(...modules: string[]): boolean {
  return existsSync(python) && spawnSync(python, ["-c", `import ${modules.join(", ")}`]).status === 0;
}

/** Runs a script with arguments in the project's `.venv`; what it prints is JSON. */
export function runPython(script: string, ...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(python, ["-c", script, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** A file of the real data that lies beside the checkout on some machines; null where it doesn't. */
export function sharedData(name: string): string | null {
  const path = join(checkout, "../shared/data", name);
  return existsSync(path) ? path : null;
}
