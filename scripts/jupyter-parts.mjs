import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { environment, python } from "./python-env.mjs";
import { PlainError, root, runQuietly } from "./run.mjs";
import { digestOf, filesUnder, onceFor } from "./stamp.mjs";

const jupyterlab = fileURLToPath(new URL("packages/jupyterlab", root));
const { version } = JSON.parse(readFileSync(new URL("lerna.json", root), "utf8"));
const wheel = `${jupyterlab}/wheel/jupyterlab_rotoscope-${version}-py3-none-any.whl`;

/** Puts the wheel and our kernel into `.venv`, as they were just built; the kernelspec is then that of the checkout's own kernel. */
export async function installJupyterParts() {
  // IPython warns where its parent isn't there yet.
  mkdirSync(jupyterVariables().IPYTHONDIR, { recursive: true });
  await installWheel();
  const installer = fileURLToPath(new URL("packages/kernel/bin/rotoscope-kernel.js", root));
  await runQuietly("The kernel's installation", process.execPath, [installer, "install", "--prefix", environment]);
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

/** Builds packages/jupyterlab/wheel/*.whl from what the compiler and build.mjs made, with the build tools of `.venv`. */
export async function buildWheel() {
  if (!existsSync(`${jupyterlab}/labextension`))
    throw new PlainError("packages/jupyterlab/labextension is missing: run `npm run build`.");
  const folders = ["labextension", "jupyter", "jupyterlab_rotoscope"].map((name) => `${jupyterlab}/${name}`);
  const files = ["pyproject.toml", "README.md", "LICENSE", "THIRD-PARTY-NOTICES.md"].map(
    (name) => `${jupyterlab}/${name}`,
  );
  const sources = [
    ...files,
    ...folders.flatMap((folder) => filesUnder(folder, (path) => !path.includes("__pycache__"))),
  ];
  const digest = digestOf(...sources.flatMap((file) => [file, { file }]));
  await onceFor({ stamp: `${jupyterlab}/wheel/.stamp`, digest, outputs: [wheel] }, async () => {
    rmSync(`${jupyterlab}/wheel`, { recursive: true, force: true });
    const options = ["--no-deps", "--no-build-isolation", "--wheel-dir", `${jupyterlab}/wheel`];
    await runPip("The wheel's build", "wheel", ...options, jupyterlab);
  });
}

async function installWheel() {
  await buildWheel();
  await onceFor({ stamp: `${environment}.stamps/wheel`, digest: digestOf({ file: wheel }) }, () =>
    runPip("The wheel's installation", "install", "--no-deps", "--no-index", "--force-reinstall", wheel),
  );
}

function runPip(what, ...args) {
  return runQuietly(what, python, ["-m", "pip", "--no-input", "--disable-pip-version-check", ...args]);
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
