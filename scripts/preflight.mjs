import { spawnSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { aptLine } from "./debian-packages.mjs";
import { environmentIsComplete } from "./python-env.mjs";
import { PlainError, root } from "./run.mjs";

const neededGigabytes = 4;

/** Checks what set-up can't bring along: Node, Python with venv, disk. Returns the Python; throws a PlainError. */
export function preflight() {
  requireNode(process.versions.node);
  const python = findPython();
  if (!environmentIsComplete()) requireDisk();
  return python;
}

function requireNode(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new PlainError(`This is Node ${version}: install Node 20.19 or newer and try again.`);
}

function findPython() {
  const pythons = ["python3", "python3.13", "python3.12", "python3.11"].map(describe).filter(Boolean);
  const python = pythons.find(({ version: [major, minor] }) => major === 3 && minor >= 11);
  if (!python) {
    const found = pythons.length === 0 ? "Python 3 is missing" : `This is Python ${pythons[0].version.join(".")}`;
    throw new PlainError(`${found}: install Python 3.11 or newer and try again. On Debian: ${aptLine}`);
  }
  if (!python.venv) throw new PlainError(`Python's venv module is missing. On Debian: ${aptLine}`);
  return python;
}

function describe(name) {
  const program = [
    "import importlib.util as u, json, sys",
    "print(json.dumps([sys.executable, sys.version_info[:2], all(map(u.find_spec, ('venv', 'ensurepip')))]))",
  ].join("\n");
  const { status, stdout } = spawnSync(name, ["-c", program], { encoding: "utf8" });
  if (status !== 0) return undefined;
  const [path, version, venv] = JSON.parse(stdout);
  return { path, version, venv };
}

function requireDisk() {
  const folder = fileURLToPath(root);
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 2 ** 30;
  if (free >= neededGigabytes) return;
  throw new PlainError(
    `${free.toFixed(1)} GB are free in ${folder}: set-up needs ${neededGigabytes} GB, so free some space and try again.`,
  );
}
