import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { missingPackages } from "./debian-packages.mjs";
import { PlainError, root, runOrThrow } from "./run.mjs";
import { digestOf, onceFor } from "./stamp.mjs";

/** The folder of the Python environment, and its Python. */
export const environment = fileURLToPath(new URL(".venv/", root));
export const python = `${environment}bin/python`;

const lock = (name) => fileURLToPath(new URL(`scripts/python/${name}.txt`, root));
const stamp = (name) => `${environment}.stamps/${name}`;

/** Whether an earlier set-up came to its end. */
export function environmentIsComplete() {
  return existsSync(stamp("lab"));
}

/**
 * Makes `.venv` with JupyterLab when its lock file, the Python or the folder changed. `base` is the Python found by
 * preflight.
 */
export async function ensureLab(base) {
  const digest = digestOf(environment, base.path, base.version.join("."), { file: lock("lab") });
  await onceFor({ stamp: stamp("lab"), digest }, async () => {
    console.log("Installing JupyterLab into .venv; the first time this takes a minute.");
    rmSync(environment, { recursive: true, force: true });
    await runOrThrow("python3 -m venv", base.path, ["-m", "venv", environment]);
    await pip(["-r", lock("lab")]);
  });
}

/** Adds the libraries that the tests compare with. */
export async function ensureTestPeers() {
  await onceFor({ stamp: stamp("test"), digest: digestOf({ file: lock("test") }) }, async () => {
    console.log("Installing the tests' Python libraries into .venv.");
    await pip(["-r", lock("test")]);
  });
}

/**
 * Adds the programs whose files the tests read and write. What they depend on for a GPU is left out; where they can't be installed, the tests that need them
 * are skipped.
 */
export async function ensureFormatPeers() {
  try {
    await onceFor({ stamp: stamp("alone"), digest: digestOf({ file: lock("alone") }) }, () =>
      pip(["-r", lock("alone")]),
    );
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    console.warn(
      `The programs in alone.txt could not be installed, so the tests that compare with them are skipped. ${error.message}`,
    );
  }
}

/**
 * Adds pyTME, which compiles a C++ extension with the build tools that its lock file holds. Where the compiler is
 * missing or the build fails, the tests that need it are skipped.
 */
export async function ensurePytme() {
  if (missingPackages(pythonHeaders()).some((name) => name !== "chromium")) return;
  try {
    await onceFor({ stamp: stamp("pytme"), digest: digestOf({ file: lock("pytme") }) }, compilePytme);
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    console.warn(`pytme could not be built, so the tests that compare with it are skipped. ${error.message}`);
  }
}

async function compilePytme() {
  console.log("Compiling pytme for the tests; this takes a minute or two.");
  const pins = readFileSync(lock("pytme"), "utf8").trim().split("\n");
  const isPytme = (pin) => pin.startsWith("pytme==");
  await pip(pins.filter((pin) => !isPytme(pin)));
  await pip(["--no-build-isolation", ...pins.filter(isPytme)]);
}

/** The folder that holds Python.h when python3-dev is installed. */
export function pythonHeaders() {
  const program = "import sysconfig; print(sysconfig.get_path('include'))";
  return execFileSync(python, ["-c", program], { encoding: "utf8" }).trim();
}

async function pip(what) {
  const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-input", "--disable-pip-version-check"];
  await runOrThrow("pip install", python, [...args, ...what]);
}
