import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type KernelspecPlace, kernelsFolder } from "./kernelspec-place.js";
import { LOGO_SVG } from "./logo.js";

/** The folder name of the kernelspec, by which clients start the kernel. */
const KERNEL_NAME = "rotoscope";

/** Writes the kernelspec, replacing an earlier one in one step, and returns its folder. */
export function installKernelspec(place: KernelspecPlace): string {
  const kernels = kernelsFolder(place);
  const folder = join(kernels, KERNEL_NAME);
  makeFolder(kernels);
  const fresh = mkdtempSync(join(kernels, `.${KERNEL_NAME}-`));
  writeFileSync(join(fresh, "kernel.json"), `${JSON.stringify(kernelspec(), null, 2)}\n`);
  writeFileSync(join(fresh, "logo-svg.svg"), LOGO_SVG);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return folder;
}

/** Removes the kernelspec and returns its folder. Removing what isn't there is fine. */
export function uninstallKernelspec(place: KernelspecPlace): string {
  const folder = join(kernelsFolder(place), KERNEL_NAME);
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

/** One by one: Node's recursive mkdir never ends where the file system refuses new folders as absent, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

function kernelspec(): object {
  const bin = fileURLToPath(new URL("../bin/rotoscope-kernel.js", import.meta.url));
  return {
    argv: [process.execPath, bin, "{connection_file}"],
    display_name: "TypeScript (rotoscope)",
    language: "typescript",
    // Large arrays in large pages where Linux leaves the choice to programs, as NumPy has them: first writes cost a quarter.
    env: { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" },
    // Only a signal reaches a cell that computes without a pause; Windows has none.
    interrupt_mode: process.platform === "win32" ? "message" : "signal",
    metadata: { debugger: false },
  };
}
