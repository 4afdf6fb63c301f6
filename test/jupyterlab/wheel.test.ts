import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, python } from "../machine.js";
import { type WheelEnvironment, wheelEnvironment } from "./wheel-environment.js";

const LAB_LIST = "import sys; sys.argv = ['jupyter', 'list']; from jupyterlab.labextensions import main; main()";
const SERVER_LIST =
  "import sys; sys.argv = ['jupyter', 'list']; from jupyter_server.extension.serverextension import main; main()";

/** Without the wheel, but while the first test runs. */
let environment: WheelEnvironment;
beforeAll(async () => {
  if (existsSync(python)) environment = await wheelEnvironment();
}, 120_000);
afterAll(() => environment?.remove());

describe.skipIf(!existsSync(python))("the wheel", () => {
  it("is enabled and OK once installed, brings its licences, and leaves nothing when it is uninstalled", () => {
    environment.run(SERVER_LIST); // Jupyter's first run leaves a note in its configuration.
    const before = everythingIn(environment.folder);
    environment.installWheel();
    expect(environment.run(LAB_LIST)).toMatch(
      /@rotoscope\/jupyterlab v\S+ .*enabled.* .*OK.* \(python, jupyterlab-rotoscope\)/,
    );
    expect(environment.run(SERVER_LIST)).toMatch(/jupyterlab_rotoscope \S+ .*OK/);
    const added = everythingIn(environment.folder).filter((path) => !before.includes(path));
    expect(added.filter((path) => /dist-info\/licenses\/(LICENSE|THIRD-PARTY-NOTICES\.md)$/.test(path))).toHaveLength(
      2,
    );
    expect(added).toContain("share/jupyter/kernels/rotoscope/logo-svg.svg");
    expect(added.filter((path) => /\.test\.|node_modules|standalone\.txt/.test(path))).toEqual([]);
    environment.uninstallWheel();
    expect(everythingIn(environment.folder)).toEqual(before);
  });

  it("has the version, the kernel's name and the picture that the npm packages have", async () => {
    const { LOGO_SVG } = await import(join(checkout, "packages/kernel/dist/logo.js"));
    const read = (path: string): string => readFileSync(join(checkout, "packages/jupyterlab", path), "utf8");
    const { version } = JSON.parse(readFileSync(join(checkout, "lerna.json"), "utf8"));
    expect(read("jupyterlab_rotoscope/__init__.py")).toContain(`__version__ = "${version}"`);
    expect(read("jupyter/kernels/rotoscope/logo-svg.svg")).toBe(LOGO_SVG);
    expect(JSON.parse(read("jupyter/kernels/rotoscope/kernel.json"))).toMatchObject({
      display_name: "TypeScript (rotoscope)",
      language: "typescript",
      interrupt_mode: "signal",
    });
  });

  it("sets TCP_NODELAY on kernels' websockets of the jupyter_server that it knows, once, and on no other", () => {
    const printed = environment.run(`
import asyncio, logging, sys
sys.path.insert(0, ${JSON.stringify(join(checkout, "packages/jupyterlab"))})
import jupyter_server
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler as Handler
from jupyterlab_rotoscope import low_latency
calls = []
class Fake:
    def set_nodelay(self, value): calls.append(value)
async def opened(self, kernel_id): calls.append(kernel_id)
Handler.open = opened
jupyter_server.version_info = (3, 0, 0)
low_latency.send_at_once(logging.getLogger())
print(Handler.open is opened)
jupyter_server.version_info = (2, 0, 0)
for _ in range(2): low_latency.send_at_once(logging.getLogger())
asyncio.run(Handler.open(Fake(), "a-kernel"))
print(calls)
`);
    expect(printed).toBe("True\n[True, 'a-kernel']\n");
  });
});

describe.skipIf(!existsSync(python))("the wheel's kernelspec", () => {
  const folder = mkdtempSync(join(tmpdir(), "rotoscope launcher "));
  const notebooks = join(folder, "project/notebooks");
  const bin = join(folder, "bin");
  const program = "@rotoscope/kernel/bin/rotoscope-kernel.js";
  beforeAll(() => {
    mkdirSync(notebooks, { recursive: true });
    mkdirSync(bin);
    command("node");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("says in one line how to get the kernel, or Node", () => {
    expect(found()).toMatch(/^rotoscope's kernel isn't installed: run `npm install rotoscope` .*\.$/);
    expect(found({ PATH: join(folder, "nowhere") })).toMatch(
      /^rotoscope's kernel needs Node\.js 20\.19 or newer: .*\.$/,
    );
  });

  it("finds it among npm's global packages, on the PATH, by another kernelspec and above the notebook's folder, the last first", () => {
    const global = place("prefix/lib/node_modules/rotoscope/node_modules");
    command("npm", `#!/bin/sh\necho "${folder}/prefix/lib/node_modules"\n`);
    expect(found()).toEqual([join(bin, "node"), global]);

    const onPath = place("tools/node_modules");
    mkdirSync(join(folder, "tools/node_modules/rotoscope/bin"), { recursive: true });
    writeFileSync(join(folder, "tools/node_modules/rotoscope/bin/rotoscope.js"), "");
    chmodSync(join(folder, "tools/node_modules/rotoscope/bin/rotoscope.js"), 0o755);
    symlinkSync(join(folder, "tools/node_modules/rotoscope/bin/rotoscope.js"), join(bin, "rotoscope"));
    expect(found()).toEqual([join(bin, "node"), onPath]);

    const spec = join(folder, "data/kernels/rotoscope");
    mkdirSync(spec, { recursive: true });
    writeFileSync(join(spec, "kernel.json"), JSON.stringify({ argv: [process.execPath, onPath, "{connection_file}"] }));
    expect(found()).toEqual([process.execPath, onPath]);

    const store = place("project/node_modules/.pnpm/rotoscope@1/node_modules");
    mkdirSync(join(folder, "project/node_modules/.pnpm/rotoscope@1/node_modules/rotoscope"));
    symlinkSync(".pnpm/rotoscope@1/node_modules/rotoscope", join(folder, "project/node_modules/rotoscope"));
    expect(found()).toEqual([join(bin, "node"), store]);

    const hoisted = place("project/node_modules");
    expect(found()).toEqual([join(bin, "node"), hoisted]);
  });

  it("runs cells with the kernel that it found, and tells how to get it where there is none", () => {
    const real = join(folder, "real/notebooks");
    mkdirSync(real, { recursive: true });
    mkdirSync(join(folder, "real/node_modules/@rotoscope"), { recursive: true });
    symlinkSync(join(checkout, "packages/kernel"), join(folder, "real/node_modules/@rotoscope/kernel"));
    expect(runCell(real, process.env.PATH!)).toMatchObject({ status: "ok", stdout: "42\n" });
    rmSync(join(bin, "rotoscope"));
    rmSync(join(folder, "data"), { recursive: true });
    rmSync(join(folder, "prefix"), { recursive: true });
    const bare = join(folder, "bare");
    mkdirSync(bare);
    expect(runCell(bare, bin)).toMatchObject({
      status: "error",
      error: expect.stringMatching(/^rotoscope's kernel isn't installed: .* then restart the kernel\.$/),
    });
  });

  function place(modules: string): string {
    const path = join(folder, modules, program);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    return path;
  }

  function command(name: string, text = "#!/bin/sh\n"): void {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }

  function found(variables: NodeJS.ProcessEnv = {}): unknown {
    const text = `import json; from jupyterlab_rotoscope.kernel import find_command; print(json.dumps(find_command()))`;
    return JSON.parse(runPython(text, notebooks, { PATH: bin, ...variables }));
  }

  function runCell(cwd: string, path: string): unknown {
    const text = `
import json, os, sys
sys.path.insert(0, ${JSON.stringify(join(checkout, "test/kernel"))})
from client import Client
client = Client(${JSON.stringify(cwd)})
run = client.run("console.log(6 * 7)")
client.close()
errors = run.of_type("error")
print(json.dumps({"status": run.reply["status"], "stdout": run.stream("stdout"), "error": errors[0]["evalue"] if errors else None}))`;
    return JSON.parse(
      runPython(text, cwd, { PATH: path, JUPYTER_PATH: join(checkout, "packages/jupyterlab/jupyter") }),
    );
  }

  function runPython(text: string, cwd: string, variables: NodeJS.ProcessEnv): string {
    const { stdout, stderr, status } = spawnSync(environment.python, ["-c", text], {
      cwd,
      encoding: "utf8",
      env: {
        HOME: folder,
        PYTHONPATH: join(checkout, "packages/jupyterlab"),
        PYTHONDONTWRITEBYTECODE: "1",
        JUPYTER_DATA_DIR: join(folder, "data"),
        JUPYTER_NO_CONFIG: "1",
        JUPYTER_PREFER_ENV_PATH: "0",
        ...variables,
      },
    });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim().split("\n").at(-1)!;
  }
});

/** Files and folders below `folder`, without Python's caches. */
function everythingIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !path.includes("__pycache__") && !path.startsWith("lib64"))
    .sort();
}
