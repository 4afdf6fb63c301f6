// Builds the prebuilt labextension from dist/*.js, which the compiler wrote, into labextension/: the folder to copy to
// <prefix>/share/jupyter/labextensions/@rotoscope/jupyterlab.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const { resolve } = createRequire(import.meta.url);
const builder = join(dirname(resolve("@jupyter/builder/package.json")), "lib/build-labextension.js");
const coreVersions = join(dirname(resolve("@jupyterlab/core-meta/package.json")), "core.package.json");

// A text of its own for the bundler, loaded when the first static page is saved.
copyFileSync(resolve("@rotoscope/viewer/standalone.js"), join(folder, "dist/standalone.txt"));
rmSync(join(folder, "labextension"), { recursive: true, force: true });
execFileSync(process.execPath, [builder, "--core-package-file", coreVersions, folder], {
  cwd: folder,
  stdio: "inherit",
});
keepWhatLabReads();
writeJson("labextension/install.json", {
  packageManager: "python",
  packageName: "jupyterlab-rotoscope",
  uninstallInstructions: "pip uninstall jupyterlab-rotoscope",
});

/** The builder copies the whole package.json; its exports and files are about another folder. Lab checks `dependencies` against its own version. */
function keepWhatLabReads() {
  const path = "labextension/package.json";
  const written = JSON.parse(readFileSync(join(folder, path), "utf8"));
  const { name, version, description, license, peerDependencies: dependencies, jupyterlab } = written;
  writeJson(path, { name, version, description, license, dependencies, jupyterlab });
}

function writeJson(path, value) {
  writeFileSync(join(folder, path), `${JSON.stringify(value, null, 2)}\n`);
}
