import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A new folder, among the system's temporary ones (TMPDIR), that goes when the process ends. What processes of this machine that were killed left of the same `purpose` is removed first: a folder is
 * named after its machine and process.
 */
export function temporaryFolder(purpose: string): string {
  const own = `rotoscope-${purpose}-${hostname()}-`;
  for (const name of readdirSync(tmpdir())) {
    const [, process] = name.startsWith(own) ? (/^(\d+)-\w{6}$/.exec(name.slice(own.length)) ?? []) : [];
    if (process !== undefined && !lives(Number(process))) remove(join(tmpdir(), name));
  }
  const folder = mkdtempSync(join(tmpdir(), `${own}${process.pid}-`));
  process.once("exit", () => remove(folder));
  return folder;
}

/** Another user's folder stays where it is. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {}
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
