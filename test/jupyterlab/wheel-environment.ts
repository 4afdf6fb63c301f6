import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWheel } from "../../scripts/jupyter-parts.mjs";
import { checkout, python } from "../machine.js";

/** A Python environment of its own, with JupyterLab and Notebook 7 as `.venv` has them but none of our parts. */
export interface WheelEnvironment {
  readonly folder: string;
  readonly python: string;
  installWheel(): void;
  uninstallWheel(): void;
  /** Runs a Python program in it and gives what it printed, on both streams. */
  run(program: string, ...args: string[]): string;
  remove(): void;
}

/** Makes one in a temporary folder. The libraries come from `.venv` by a path file, so that nothing is downloaded. */
export async function wheelEnvironment(): Promise<WheelEnvironment> {
  await buildWheel();
  const folder = mkdtempSync(join(tmpdir(), "rotoscope-wheel-"));
  execFileSync(python, ["-m", "venv", "--without-pip", folder]);
  const own = join(folder, "bin/python");
  const sitePackages = (of: string): string =>
    execFileSync(of, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], { encoding: "utf8" }).trim();
  // Without the metadata of the wheel that .venv has, or pip would find that one; and without a check of addresses, not used here, that builds a parser for seconds
  // whenever Jupyter starts.
  writeFileSync(
    join(sitePackages(own), "lab.pth"),
    `import sys; sys.path.append(${JSON.stringify(sitePackages(python))}); sys.modules["rfc3987_syntax"] = None\n`,
  );
  const shared = join(checkout, ".venv/share/jupyter");
  mkdirSync(join(folder, "share/jupyter/labextensions"), { recursive: true });
  symlinkSync(join(shared, "lab"), join(folder, "share/jupyter/lab"));
  symlinkSync(
    join(shared, "labextensions/@jupyter-notebook"),
    join(folder, "share/jupyter/labextensions/@jupyter-notebook"),
  );
  mkdirSync(join(folder, "share/jupyter/kernels"));
  symlinkSync(join(shared, "kernels/python3"), join(folder, "share/jupyter/kernels/python3"));
  mkdirSync(join(folder, "etc/jupyter/jupyter_server_config.d"), { recursive: true });
  for (const name of readdirSync(join(checkout, ".venv/etc/jupyter/jupyter_server_config.d")))
    if (!name.includes("rotoscope"))
      symlinkSync(
        join(checkout, ".venv/etc/jupyter/jupyter_server_config.d", name),
        join(folder, "etc/jupyter/jupyter_server_config.d", name),
      );
  mkdirSync(join(folder, "etc/jupyter/labconfig"), { recursive: true });
  symlinkSync(
    join(checkout, ".venv/etc/jupyter/labconfig/page_config.json"),
    join(folder, "etc/jupyter/labconfig/page_config.json"),
  );
  const wheels = join(checkout, "packages/jupyterlab/wheel");
  const wheel = join(wheels, readdirSync(wheels).find((name) => name.endsWith(".whl"))!);

  function pip(...args: string[]): void {
    execFileSync(own, ["-m", "pip", "--disable-pip-version-check", "--quiet", ...args], { stdio: "pipe" });
  }

  return {
    folder,
    python: own,
    installWheel: () => pip("install", "--no-deps", "--no-index", "--ignore-installed", "--no-compile", wheel),
    uninstallWheel: () => pip("uninstall", "--yes", "jupyterlab-rotoscope"),
    run(program, ...args) {
      const { stdout, stderr } = spawnSync(own, ["-c", program, ...args], {
        encoding: "utf8",
        env: { ...process.env, JUPYTER_DATA_DIR: join(folder, "data"), JUPYTER_CONFIG_DIR: join(folder, "config") },
      });
      return stdout + stderr;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
