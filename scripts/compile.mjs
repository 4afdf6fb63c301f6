import { fileURLToPath } from "node:url";
import { root, runOrThrow, runQuietly } from "./run.mjs";
import { digestOf, filesUnder, onceFor } from "./stamp.mjs";

const bundles = [
  { name: "viewer", output: "dist/viewer.js", sources: ["core", "formats", "arrow", "viewer"] },
  {
    name: "jupyterlab",
    output: "labextension/package.json",
    sources: ["core", "formats", "arrow", "viewer", "jupyterlab"],
  },
];

/** Compiles all packages, then makes the browser's bundles whose sources changed. */
export async function compile() {
  await runOrThrow("The compiler", process.execPath, [pathTo("node_modules/typescript/bin/tsc"), "-b"]);
  for (const bundle of bundles) await ensureBundle(bundle);
}

async function ensureBundle({ name, output, sources }) {
  const folder = pathTo(`packages/${name}`);
  const inputs = [pathTo("package-lock.json"), `${folder}/build.mjs`, ...sources.flatMap(sourcesOf)];
  const bundle = {
    stamp: `${folder}/dist/.bundle-stamp`,
    digest: digestOf(...inputs.map((file) => ({ file }))),
    outputs: [`${folder}/${output}`],
  };
  await onceFor(bundle, () => runQuietly(`The build of packages/${name}`, process.execPath, [`${folder}/build.mjs`]));
}

function sourcesOf(name) {
  const sources = filesUnder(pathTo(`packages/${name}/src`), (path) => !/\.(test|bench)\.ts$/.test(path));
  return [pathTo(`packages/${name}/package.json`), ...sources];
}

function pathTo(path) {
  return fileURLToPath(new URL(path, root));
}
