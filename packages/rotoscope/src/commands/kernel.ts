import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Command, UsageError } from "../command.js";

const help = `rotoscope kernel install|uninstall [--user | --sys-prefix | --prefix DIR]

Adds the notebook kernel "TypeScript (rotoscope)" to Jupyter, or takes it away. Default: for this user.

  rotoscope kernel install --sys-prefix`;

/** `rotoscope kernel` */
export const kernelCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  if (args[0] !== "install" && args[0] !== "uninstall")
    throw new UsageError(`"${args[0] ?? ""}", expected install or uninstall`);
  const program = new URL("bin/rotoscope-kernel.js", import.meta.resolve("@rotoscope/kernel/package.json"));
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], { stdio: "inherit" });
  const [status] = (await once(child, "exit")) as [number | null];
  return status ?? 1;
}
