// Builds the prebuilt labextension from dist/*.js, which the compiler wrote, into labextension/: the folder to copy to
// <prefix>/share/jupyter/labextensions/@rotoscope/jupyterlab.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const { resolve } = createRequire(import.meta.url);
const builder = join(dirname(resolve("@jupyter/builder/package.json")), "lib/build-labextension.js");
const coreVersions = join(dirname(resolve("@jupyterlab/core-meta/package.json")), "core.package.json");

rmSync(join(folder, "labextension"), { recursive: true, force: true });
execFileSync(process.execPath, [builder, "--core-package-file", coreVersions, folder], {
  cwd: folder,
  stdio: "inherit",
});
writeFileSync(
  join(folder, "labextension/install.json"),
  `${JSON.stringify({ packageManager: "npm", packageName: "@rotoscope/jupyterlab", uninstallInstructions: "Remove this folder." }, null, 2)}\n`,
);
