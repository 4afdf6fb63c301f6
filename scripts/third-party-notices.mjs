// Writes each THIRD-PARTY-NOTICES.md from what we really ship; with --check only compares. What npm or pip packs has its own.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("..", import.meta.url);
const entryPoints = ["dist/index.js", "dist/standalone-entry.js", "dist/anywidget-entry.js"];

const compiled = compiledSection();
const bundled = bundledSection(await bundledPackages());
const files = {
  "THIRD-PARTY-NOTICES.md": notices("What rotoscope ships", dataSection(), compiled, bundled),
  "packages/wasm/THIRD-PARTY-NOTICES.md": notices("What this package ships", compiled),
  "packages/viewer/THIRD-PARTY-NOTICES.md": notices("What this package ships", bundled),
  "packages/jupyterlab/THIRD-PARTY-NOTICES.md": notices("What this package ships", bundled),
};
for (const [path, text] of Object.entries(files)) {
  const url = new URL(path, root);
  if (!process.argv.includes("--check")) writeFileSync(url, text);
  else if (readFileSync(url, "utf8") !== text) {
    console.error(`${path} is out of date: run \`node scripts/third-party-notices.mjs\`.`);
    process.exitCode = 1;
  }
}

async function bundledPackages() {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL("packages/viewer", root)),
    entryPoints,
    bundle: true,
    format: "esm",
    write: false,
    outdir: "dist",
    metafile: true,
    loader: { ".css": "empty" },
    logLevel: "error",
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = inputs.map(([path]) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean);
  return [...new Set(folders)].map(describe).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function describe(folder) {
  const url = new URL(`packages/viewer/${folder}/`, root);
  const { name, version, license, author } = JSON.parse(readFileSync(new URL("package.json", url), "utf8"));
  const file = readdirSync(url).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file ? readFileSync(new URL(file, url), "utf8").trim() : undefined;
  return { name, version, license, text, author: (author?.name ?? author)?.replace(/ <.*/, "") };
}

function notices(who, ...sections) {
  return `# Third-party notices

${who} of others' work. Packages that npm or pip install beside it bring their own licences.

${sections.join("\n\n")}
`;
}

function dataSection() {
  return `## Data: cylindra

\`notebooks/data/microtubule_13pf.mrc\` and the map behind \`notebooks/data/tubulin.mrc\` come from the test data of
cylindra; the map was cut from EMD-7974 of the EMDB, which is CC0.

${fenced(readFileSync(new URL("scripts/licences/cylindra.txt", root), "utf8").trim())}`;
}

function compiledSection() {
  const { name, version, license } = describe("../../node_modules/assemblyscript");
  const texts = ["NOTICE", "LICENSE"].map((file) => new URL(`node_modules/assemblyscript/${file}`, root));
  return `## Compiled into the WebAssembly kernels: the standard library of ${name} ${version}, ${license}

${texts.map((url) => fenced(readFileSync(url, "utf8").trim())).join("\n\n")}`;
}

function bundledSection(packages) {
  return `## Bundled into the viewer

${packages.map(({ name, version, license }) => `- ${name} ${version}, ${license}`).join("\n")}

${packages.map(section).join("\n\n")}`;
}

function section({ name, license, text, author }) {
  return `### ${name}\n\n${text ? fenced(text) : `${license}, by ${author}; the package brings no text of it.`}`;
}

function fenced(text) {
  return `\`\`\`text\n${text.replace(/[ \t\r]+$/gm, "").replace(/^`{3,}/gm, "")}\n\`\`\``;
}
