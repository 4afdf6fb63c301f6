import { compile } from "./compile.mjs";
import { ensureNodeModules } from "./node-modules.mjs";
import { command } from "./run.mjs";

await command(async () => {
  await ensureNodeModules();
  await compile();
});
