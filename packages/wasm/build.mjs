// Compiles each entry of assembly/ to WebAssembly and embeds its bytes in dist/NAME-bytes.js, which src/ imports as
// ../dist/NAME-bytes.js: Node, workers and browsers load it like any other module.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { engineKernels } from "./assembly/engine-kernels.mjs";

/** Entries of assembly/ and the flags of their own; the engine's workers share one memory. */
const entries = {
  analyzer: [],
  engine: ["--enable", "threads", "--sharedMemory", "--maximumMemory", "65536"],
  "engine-deviation": ["--enable", "threads", "--sharedMemory", "--maximumMemory", "65536"],
};

/** The same bits on every machine: SIMD, but never relaxed SIMD. Memory comes from the caller; there is no allocator. */
const flags = ["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--enable", "simd", "--use", "abort="];

const folder = fileURLToPath(new URL(".", import.meta.url));
mkdirSync(`${folder}dist`, { recursive: true });
for (const [name, own] of Object.entries(entries)) embed(name, await compile(name, own));

async function compile(name, own) {
  let binary;
  const writeFile = (path, contents) => {
    if (path === "out.wasm") binary = contents;
  };
  const args = [`assembly/${name}.ts`, "--baseDir", folder, "--outFile", "out.wasm", ...flags, ...own];
  const double = name === "engine-deviation";
  const { error, stderr } = await asc.main(args, { readFile: (file, base) => readFile(file, base, double), writeFile });
  if (error || !binary) throw new Error(`assembly/${name}.ts: ${error?.message}\n${stderr}`);
  return binary;
}

/** The engine's transforms are compiled in single and in double precision, from the same files but for two. */
function readFile(name, base, double) {
  if (name === "assembly/engine-kernels.ts") return engineKernels(double);
  if (name === "assembly/engine-lanes.ts" && double) return readFile("assembly/engine-lanes-double.ts", base, double);
  try {
    return readFileSync(`${base}/${name}`, "utf8");
  } catch {
    return null;
  }
}

function embed(name, binary) {
  const text = Buffer.from(binary).toString("base64");
  const sha256 = createHash("sha256").update(binary).digest("hex");
  const code = `export const base64 =\n  "${text}";\nexport const sha256 = "${sha256}";\n`;
  writeFileSync(`${folder}dist/${name}-bytes.js`, code);
  const declarations = "export declare const base64: string;\nexport declare const sha256: string;\n";
  writeFileSync(`${folder}dist/${name}-bytes.d.ts`, declarations);
}
