import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { RotoscopeError } from "@rotoscope/core";
import { type Command, UsageError } from "../command.js";

const help = `rotoscope lab [DIR]

Opens JupyterLab on DIR, default this folder, with the kernel "TypeScript (rotoscope)". JupyterLab is the one in .venv of DIR or of this folder, else
the first on the path (pip install jupyterlab). Install the kernel once with rotoscope kernel install. Ctrl-C ends it.

  --no-browser              print the address instead of opening it
  --port N                  default: the first that is free from 8888 on

  rotoscope lab notebooks`;

/** `rotoscope lab` */
export const labCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { "no-browser": { type: "boolean" }, port: { type: "string" } },
  });
  if (positionals.length > 1) throw new UsageError(`takes one DIR, got ${positionals.length}`);
  const folder = resolve(positionals[0] ?? ".");
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new RotoscopeError("file", `${folder}: no such folder`);
  if (values.port !== undefined && !/^\d{1,5}$/.test(values.port))
    throw new UsageError(`--port: "${values.port}", expected a number`);
  const options = [
    `--ServerApp.root_dir=${folder}`,
    ...(values["no-browser"] ? ["--no-browser"] : []),
    ...(values.port === undefined ? [] : [`--port=${values.port}`]),
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
  const child = spawn(jupyter(folder), ["lab", ...options], { stdio: "inherit", cwd: folder });
  // JupyterLab asks back at Ctrl-C, which only a terminal sends to it too; at SIGTERM it ends, and its kernels with it.
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    child.kill("SIGTERM");
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    const [status] = (await once(child, "exit")) as [number | null];
    return interrupted ? 130 : (status ?? 1);
  } catch (cause) {
    throw new RotoscopeError(
      "environment",
      `JupyterLab can't be started (${(cause as Error).message}); install it with: pip install jupyterlab`,
      { cause },
    );
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

/** The program `jupyter` of a virtual environment beside the notebooks, else the one on the path. */
function jupyter(folder: string): string {
  const places = [folder, process.cwd()].map((place) => join(place, ".venv", "bin", "jupyter"));
  return places.find((place) => existsSync(place)) ?? "jupyter";
}
