import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The one line that brings what neither npm nor pip can. */
export const aptLine = "sudo apt-get install -y python3-venv g++ python3-dev chromium";

/** The path of a Chromium that tests can start, or undefined. */
export function findChromium() {
  return ["chromium", "chromium-browser", "google-chrome"].map(findProgram).find(Boolean);
}

/** The path of a C++ compiler, or undefined. */
export function findCompiler() {
  return findProgram("g++");
}

/** What is missing for the tests, as Debian names it; `pythonHeaders` is the folder that should hold Python.h. */
export function missingPackages(pythonHeaders) {
  const packages = [];
  if (!findCompiler()) packages.push("g++");
  if (!existsSync(join(pythonHeaders, "Python.h"))) packages.push("python3-dev");
  if (!findChromium()) packages.push("chromium");
  return packages;
}

function findProgram(name) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
