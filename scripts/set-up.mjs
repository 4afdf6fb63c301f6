import { compile } from "./compile.mjs";
import { installJupyterParts } from "./jupyter-parts.mjs";
import { ensureNodeModules } from "./node-modules.mjs";
import { preflight } from "./preflight.mjs";
import { ensureLab } from "./python-env.mjs";

/** Brings a checkout from any state to one that runs: node modules, `.venv`, the build, kernel and labextension. */
export async function setUp() {
  const base = preflight();
  await ensureNodeModules();
  await ensureLab(base);
  await compile();
  await installJupyterParts();
}
