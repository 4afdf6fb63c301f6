import { parseArgs } from "node:util";
import { installKernelspec, uninstallKernelspec } from "./kernelspec.js";
import type { KernelspecPlace } from "./kernelspec-place.js";

const USAGE = `usage: rotoscope-kernel CONNECTION_FILE
       rotoscope-kernel install|uninstall [--user|--sys-prefix|--prefix DIR]`;

/** The command `rotoscope-kernel`: runs the kernel, or installs or removes its kernelspec. Exit status 2: wrong usage. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    process.stderr.write(`rotoscope-kernel: ${(error as Error).message}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

class UsageError extends Error {
  constructor(reason?: string) {
    super(reason === undefined ? USAGE : `${reason}\n${USAGE}`);
  }
}

async function run([first, ...rest]: readonly string[]): Promise<void> {
  if (first === "install") {
    process.stdout.write(`installed ${installKernelspec(parsePlace(rest))}\n`);
  } else if (first === "uninstall") {
    process.stdout.write(`removed ${uninstallKernelspec(parsePlace(rest))}\n`);
  } else if (first !== undefined && !first.startsWith("-")) {
    // jupyter run and jupyter console append arguments that are meant for ipykernel.
    // Here and not above, so that installing needs nothing but Node.
    const { startKernel } = await import("./start-kernel.js");
    await startKernel(first);
  } else {
    throw new UsageError();
  }
}

function parsePlace(args: string[]): KernelspecPlace {
  const values = parseOptions(args);
  if (Object.keys(values).length > 1) throw new UsageError("--user, --sys-prefix and --prefix exclude one another");
  if (values.prefix !== undefined) return { prefix: values.prefix };
  return values["sys-prefix"] ? { sysPrefix: true } : { user: true };
}

function parseOptions(args: string[]): { user?: boolean; "sys-prefix"?: boolean; prefix?: string } {
  try {
    const flag = { type: "boolean" } as const;
    return parseArgs({ args, options: { user: flag, "sys-prefix": flag, prefix: { type: "string" } } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
