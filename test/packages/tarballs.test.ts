import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData, type ResolutionKind } from "@arethetypeswrong/core";
import { filterProblems } from "@arethetypeswrong/core/problems";
import { writeVolume } from "@rotoscope/formats";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, jupyterEnvironment, python } from "../machine.js";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";

const names = readdirSync(join(checkout, "packages"));
const online = runNpm(checkout, "ping", "--fetch-retries=0", "--fetch-timeout=5000").status === 0;

/** Entries that only a browser can load. */
const forBrowsers = ["@rotoscope/viewer", "@rotoscope/viewer/viewer.js", "@rotoscope/viewer/standalone.js"];

/** We ship ES modules alone, so how CommonJS and old resolvers see them doesn't count: attw's profile "esm-only". */
const resolutions: ResolutionKind[] = ["node16-esm", "bundler"];

interface Manifest {
  readonly name: string;
  readonly exports: Record<string, unknown>;
}

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

describe.skipIf(!online)(`the packed npm packages${online ? "" : " (needs npm's registry)"}`, () => {
  const tarballs = mkdtempSync(join(tmpdir(), "rotoscope-tarballs-"));
  const folder = mkdtempSync(join(tmpdir(), "rotoscope installed "));
  const packed = new Map<string, Packed>();

  beforeAll(() => {
    const pack = runNpm(checkout, "pack", "--workspaces", "--json", "--ignore-scripts", "--pack-destination", tarballs);
    const report = JSON.parse(pack.stdout) as Packed[] | Record<string, Packed>;
    for (const entry of Object.values(report)) packed.set(entry.name, entry);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    const files = [...packed.values()].map(({ filename }) => join(tarballs, filename));
    const options = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
    const install = runNpm(folder, "install", ...options, ...files);
    if (install.status !== 0) throw new Error(install.stderr);
  }, 180_000);
  afterAll(() => {
    rmSync(tarballs, { recursive: true });
    rmSync(folder, { recursive: true });
  });

  it.each(names)("%s brings its licence and its parts, and neither tests nor stamps", (name) => {
    const { files } = packed.get(manifestOf(name).name)!;
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json", "dist/index.js"]));
    expect(paths).toEqual(expect.arrayContaining(parts[name] ?? []));
    expect(paths.filter((path) => /\.(test|bench)\.|(^|\/)\.|node_modules/.test(path))).toEqual([]);
    expect(readFileSync(join(checkout, "packages", name, "LICENSE"), "utf8")).toBe(
      readFileSync(join(checkout, "LICENSE"), "utf8"),
    );
  });

  it.each(names)("%s has nothing that publint or attw finds wrong", async (name) => {
    const bytes = readFileSync(join(tarballs, packed.get(manifestOf(name).name)!.filename));
    const { messages, pkg } = await publint({ pack: { tarball: Uint8Array.from(bytes).buffer } });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
    const analysis = await checkPackage(createPackageFromTarballData(bytes));
    if (!analysis.types) throw new Error(`${name} has no types`);
    const found = resolutions.flatMap((resolutionKind) => filterProblems(analysis, { resolutionKind }));
    expect(found).toEqual([]);
  });

  it("can be imported by each of their entries", () => {
    const program = `
import { existsSync } from "node:fs";
for (const entry of ${JSON.stringify(names.flatMap(entriesOf))}) {
  try {
    if (!${JSON.stringify(forBrowsers)}.includes(entry))
      await import(entry, entry.endsWith(".json") ? { with: { type: "json" } } : {});
    else if (!existsSync(new URL(import.meta.resolve(entry)))) throw new Error("its file is missing");
    console.log(entry);
  } catch (error) {
    console.error(entry, error);
  }
}`;
    const { stdout, stderr } = run(process.execPath, "--no-warnings", "--input-type=module", "--eval", program);
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual(names.flatMap(entriesOf));
  });

  it("matches, picks and shows in the shell, as the README says", async () => {
    await writeVolume(join(folder, "tomogram.mrc"), volumeOf(referenceFloats("target")));
    await writeVolume(join(folder, "template.mrc"), volumeOf(referenceFloats("template")));
    const sampling = ["--angular-sampling", "60"];
    expect(rotoscope("match", "tomogram.mrc", "template.mrc", ...sampling, "-o", "result.arrow").status).toBe(0);
    expect(rotoscope("peaks", "result.arrow", "-o", "picks.star").status).toBe(0);
    expect(rotoscope("view", "result.arrow", "-o", "page.html").status).toBe(0);
    expect(readFileSync(join(folder, "page.html"), "utf8")).toContain("rotoscope-payload");
  });

  it.skipIf(!existsSync(python))("run a cell on the kernel that they install (needs .venv)", () => {
    const prefix = join(folder, "prefix");
    expect(rotoscope("kernel", "install", "--prefix", prefix).status).toBe(0);
    const environment = { ...jupyterEnvironment, JUPYTER_PATH: join(prefix, "share/jupyter") };
    const { stdout, stderr } = spawnSync(python, ["-c", RUN_A_CELL, join(checkout, "test/kernel"), folder], {
      encoding: "utf8",
      env: environment,
    });
    expect(stderr).toBe("");
    expect(stdout).toContain("[ 69, 3, 3 ]");
    const spec = JSON.parse(readFileSync(join(prefix, "share/jupyter/kernels/rotoscope/kernel.json"), "utf8"));
    expect(realpathSync(spec.argv[1]).startsWith(realpathSync(folder))).toBe(true);
  });

  function rotoscope(...args: string[]): ReturnType<typeof run> {
    return run(process.execPath, join(folder, "node_modules/.bin/rotoscope"), ...args);
  }

  function run(command: string, ...args: string[]) {
    return spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  }
});

const RUN_A_CELL = `
import sys
sys.path.insert(0, sys.argv[1])
from client import Client
client = Client(sys.argv[2])
run = client.run('import { rotationSet } from "rotoscope";\\nconsole.log(rotationSet({ angularSamplingDegrees: 60 }).shape);')
client.close()
print(run.stream("stdout"), run.reply)
`;

/** What a package is for, beside its modules. */
const parts: Record<string, string[]> = {
  jupyterlab: ["labextension/package.json", "labextension/install.json", "THIRD-PARTY-NOTICES.md"],
  kernel: ["bin/rotoscope-kernel.js"],
  rotoscope: ["bin/rotoscope.js"],
  viewer: ["dist/viewer.js", "dist/standalone.js", "dist/anywidget-loader.js", "THIRD-PARTY-NOTICES.md"],
  wasm: ["dist/analyzer-bytes.js", "dist/engine-bytes.js", "THIRD-PARTY-NOTICES.md"],
};

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(checkout, "packages", name, "package.json"), "utf8"));
}

/** The JupyterLab plugin's entry imports Lab's packages, which only Lab has. */
function entriesOf(name: string): string[] {
  if (name === "jupyterlab") return [];
  const manifest = manifestOf(name);
  return Object.keys(manifest.exports).map((path) => manifest.name + path.slice(1));
}

function runNpm(cwd: string, ...args: string[]) {
  return spawnSync("npm", [...args, "--loglevel=error"], { cwd, encoding: "utf8" });
}
