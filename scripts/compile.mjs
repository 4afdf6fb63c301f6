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

/** Compiles the WebAssembly kernels and all packages, then makes the browser's bundles; only what changed. */
export async function compile() {
  await ensureKernels();
  await runOrThrow("The compiler", process.execPath, [pathTo("node_modules/typescript/bin/tsc"), "-b"]);
  for (const bundle of bundles) await ensureBundle(bundle);
}

/** The compiler reads the declarations that this writes, so it comes first. */
async function ensureKernels() {
  const outputs = ["dist/analyzer-bytes.js", "dist/engine-bytes.js"];
  await ensureBuilt("wasm", outputs, filesUnder(pathTo("packages/wasm/assembly")));
}

async function ensureBundle({ name, output, sources }) {
  await ensureBuilt(name, [output], sources.flatMap(sourcesOf));
}

async function ensureBuilt(name, outputs, sources) {
  const folder = pathTo(`packages/${name}`);
  const inputs = [pathTo("package-lock.json"), `${folder}/build.mjs`, ...sources];
  const work = {
    stamp: `${folder}/dist/.bundle-stamp`,
    digest: digestOf(...inputs.map((file) => ({ file }))),
    outputs: outputs.map((output) => `${folder}/${output}`),
  };
  await onceFor(work, () => runQuietly(`The build of packages/${name}`, process.execPath, [`${folder}/build.mjs`]));
}

function sourcesOf(name) {
  const sources = filesUnder(pathTo(`packages/${name}/src`), (path) => !/\.(test|bench)\.ts$/.test(path));
  return [pathTo(`packages/${name}/package.json`), ...sources];
}

function pathTo(path) {
  return fileURLToPath(new URL(path, root));
}
