import { fileURLToPath } from "node:url";
import { root, runOrThrow } from "./run.mjs";
import { digestOf, onceFor } from "./stamp.mjs";

const lockFile = fileURLToPath(new URL("package-lock.json", root));
const stamp = fileURLToPath(new URL("node_modules/.rotoscope-stamp", root));

/**
 * Installs the node modules when package-lock.json changed. No package's install script runs: esbuild and zeromq bring
 * built binaries, and nothing else needs one.
 */
export async function ensureNodeModules() {
  const digest = digestOf({ file: lockFile });
  await onceFor({ stamp, digest }, async () => {
    console.log("Installing the node modules; the first time this takes a minute or two.");
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await runOrThrow("npm ci", "npm", args, { ...process.env, NX_DAEMON: "false" });
  });
}
