import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "./python-env.mjs";
import { PlainError, root, runQuietly } from "./run.mjs";

/** Puts our kernel and our labextension into `.venv`, as they were just built. */
export async function installJupyterParts() {
  const installer = fileURLToPath(new URL("packages/kernel/bin/rotoscope-kernel.js", root));
  await runQuietly("The kernel's installation", process.execPath, [installer, "install", "--prefix", environment]);
  installLabextension();
  disableAnnouncements();
  markAsCommonJs();
}

/**
 * The variables that keep all that Jupyter and IPython write inside `.venv`, and put its programs first.
 */
export function jupyterVariables() {
  const home = `${environment}jupyter`;
  return {
    JUPYTER_CONFIG_DIR: `${home}/config`,
    JUPYTER_DATA_DIR: `${home}/data`,
    JUPYTER_RUNTIME_DIR: `${home}/runtime`,
    JUPYTERLAB_SETTINGS_DIR: `${home}/settings`,
    JUPYTERLAB_WORKSPACES_DIR: `${home}/workspaces`,
    IPYTHONDIR: `${home}/ipython`,
    PATH: `${environment}bin${delimiter}${process.env.PATH}`,
  };
}

function installLabextension() {
  const from = fileURLToPath(new URL("packages/jupyterlab/labextension", root));
  const to = `${environment}share/jupyter/labextensions/@rotoscope/jupyterlab`;
  if (!existsSync(from)) throw new PlainError("packages/jupyterlab/labextension is missing: run `npm run build`.");
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}

/** JupyterLab would open with a question about news, and look for them on the network. */
function disableAnnouncements() {
  const folder = `${environment}etc/jupyter/labconfig`;
  mkdirSync(folder, { recursive: true });
  const config = { disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true } };
  writeFileSync(`${folder}/page_config.json`, `${JSON.stringify(config, null, 2)}\n`);
}

/** JupyterLab brings a yarn.js that Node would take for a module, because the checkout's package.json says so. */
function markAsCommonJs() {
  writeFileSync(`${environment}package.json`, `${JSON.stringify({ type: "commonjs" })}\n`);
}
