import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { root, runOrThrow } from "./run.mjs";
import { digestOf, filesUnder, onceFor } from "./stamp.mjs";

const target = "notebooks/data/microtubule_13pf.mrc";
const template = "notebooks/data/tubulin.mrc";
const result = "results/microtubule.arrow";
const picks = "results/microtubule.star";
const page = "results/microtubule.html";
const matchArguments = [
  "match",
  target,
  template,
  "--angular-sampling",
  "30",
  "--min-local-std",
  "0.5",
  "--history",
  "-o",
  result,
];
const program = "packages/rotoscope/bin/rotoscope.js";
const packages = ["core", "wasm", "formats", "arrow", "matching", "rotoscope", "viewer", "widgets"];

/** Matches tubulin against the microtubule unless that result stands; prints the best picks and where the files are. */
export async function mainJob({ again }) {
  mkdirSync(pathTo("results"), { recursive: true });
  const stamp = pathTo("results/.microtubule-stamp");
  if (again) rmSync(stamp, { force: true });
  const job = { stamp, digest: digestOfJob(), outputs: [result, page].map(pathTo) };
  const done = await onceFor(job, async () => {
    await rotoscope(...matchArguments);
    await rotoscope("view", result, "--target", target, "-o", page);
  });
  if (!done) console.log("The match is up to date; `npm start -- --again` runs it again.");
  await rotoscope("peaks", result, "-o", picks);
  console.log(`The result, the picks and a page to open in a browser:\n  ${result}\n  ${picks}\n  ${page}`);
}

function digestOfJob() {
  const built = packages.flatMap((name) => filesUnder(pathTo(`packages/${name}/dist`), (path) => /\.js$/.test(path)));
  const files = [target, template].map(pathTo).concat(built);
  return digestOf(JSON.stringify(matchArguments), ...files.map((file) => ({ file })));
}

async function rotoscope(...args) {
  await runOrThrow(`rotoscope ${args[0]}`, process.execPath, [program, ...args]);
}

function pathTo(path) {
  return fileURLToPath(new URL(path, root));
}
