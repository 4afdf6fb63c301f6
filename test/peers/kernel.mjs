// Compares our kernel with ipykernel and stock tslab, after checking that the answers are the same: `node test/peers/kernel.mjs [--short]`.
import { fileURLToPath } from "node:url";
import { jupyterVariables } from "../../scripts/jupyter-parts.mjs";
import { python } from "../../scripts/python-env.mjs";
import { command, runOrThrow } from "../../scripts/run.mjs";

await command(async (options) => {
  const script = fileURLToPath(new URL("kernel_bench.py", import.meta.url));
  const env = { ...process.env, ...jupyterVariables(), ROTOSCOPE_NODE: process.execPath };
  await runOrThrow("The kernels' comparison", python, [script, ...options], env);
  return 0;
});
