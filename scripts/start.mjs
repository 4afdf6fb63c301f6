import { startJupyterLab } from "./jupyterlab.mjs";
import { mainJob } from "./main-job.mjs";
import { command } from "./run.mjs";
import { setUp } from "./set-up.mjs";

const usage = `npm start [-- [--no-lab] [--again]]
  --no-lab   stop before JupyterLab
  --again    run the match even when its results are up to date`;

await command(async (args) => {
  const unknown = args.find((arg) => !["--no-lab", "--again"].includes(arg));
  if (unknown) {
    console.error(`${unknown} is not an option.\n${usage}`);
    return 2;
  }
  await setUp();
  await mainJob({ again: args.includes("--again") });
  return args.includes("--no-lab") ? 0 : await startJupyterLab("notebooks/01-microtubule.ipynb");
});
