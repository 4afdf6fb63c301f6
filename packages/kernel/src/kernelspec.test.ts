import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installKernelspec, uninstallKernelspec } from "./kernelspec.js";
import { kernelsFolder } from "./kernelspec-place.js";

let prefix: string;
beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "kernelspec-"));
});
afterEach(() => rmSync(prefix, { recursive: true, force: true }));

test("the kernelspec starts this Node with the kernel's command and has a picture", () => {
  const folder = installKernelspec({ prefix });
  const spec = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")) as { argv: string[] };
  expect(spec).toMatchObject({
    display_name: "TypeScript (rotoscope)",
    language: "typescript",
    interrupt_mode: "signal",
    env: { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" },
  });
  expect(spec.argv).toEqual([
    process.execPath,
    expect.stringMatching(/bin\/rotoscope-kernel\.js$/),
    "{connection_file}",
  ]);
  expect(existsSync(spec.argv[1]!)).toBe(true);
  expect(readFileSync(join(folder, "logo-svg.svg"), "utf8")).toContain("<svg");
});

test("installing again replaces the kernelspec and leaves nothing else behind", () => {
  const folder = installKernelspec({ prefix });
  writeFileSync(join(folder, "old"), "");
  installKernelspec({ prefix });
  expect(readdirSync(folder).sort()).toEqual(["kernel.json", "logo-svg.svg"]);
  expect(readdirSync(join(prefix, "share/jupyter/kernels"))).toEqual(["rotoscope"]);
});

test("uninstalling removes it, also when it is not there", () => {
  const folder = installKernelspec({ prefix });
  uninstallKernelspec({ prefix });
  expect(existsSync(folder)).toBe(false);
  expect(uninstallKernelspec({ prefix })).toBe(folder);
});

test("sys-prefix is the virtual environment, else Conda's, else that of the jupyter on the path", () => {
  const at = (environment: NodeJS.ProcessEnv): string => kernelsFolder({ sysPrefix: true }, environment);
  expect(at({ VIRTUAL_ENV: "/venv", CONDA_PREFIX: "/conda" })).toBe("/venv/share/jupyter/kernels");
  expect(at({ CONDA_PREFIX: "/conda" })).toBe("/conda/share/jupyter/kernels");
  mkdirSync(join(prefix, "bin"));
  writeFileSync(join(prefix, "bin", "jupyter"), "");
  chmodSync(join(prefix, "bin", "jupyter"), 0o755);
  expect(at({ PATH: ["/nowhere", join(prefix, "bin")].join(delimiter) })).toBe(join(prefix, "share/jupyter/kernels"));
  expect(() => at({ PATH: "/nowhere" })).toThrow("no jupyter on the PATH");
});

test("the user's own kernels are in Jupyter's data folder", () => {
  expect(kernelsFolder({ user: true }, { JUPYTER_DATA_DIR: "/data" })).toBe("/data/kernels");
  expect(kernelsFolder({ user: true }, { XDG_DATA_HOME: "/xdg" })).toBe("/xdg/jupyter/kernels");
});

test.runIf(existsSync("/proc/self"))("a folder that refuses new ones is an error, also in /proc", () => {
  expect(() => installKernelspec({ prefix: "/proc/prefix" })).toThrow(/ENOENT.*\/proc\/prefix/);
});
