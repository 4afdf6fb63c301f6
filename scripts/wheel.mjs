import { compile } from "./compile.mjs";
import { buildWheel } from "./jupyter-parts.mjs";
import { ensureNodeModules } from "./node-modules.mjs";
import { preflight } from "./preflight.mjs";
import { ensureLab } from "./python-env.mjs";
import { command } from "./run.mjs";

await command(async () => {
  const base = preflight();
  await ensureNodeModules();
  await ensureLab(base);
  await compile();
  await buildWheel();
  console.log("packages/jupyterlab/wheel/ has the wheel.");
});
