import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** Where a kernelspec goes: under a prefix, to the user's own kernels, or to the Python environment in use. */
export type KernelspecPlace = { readonly prefix: string } | { readonly user: true } | { readonly sysPrefix: true };

/** The folder of kernelspecs at a place. Throws when `sysPrefix` is asked for and there is no Python environment. */
export function kernelsFolder(place: KernelspecPlace, environment: NodeJS.ProcessEnv = process.env): string {
  if ("prefix" in place) return join(place.prefix, "share", "jupyter", "kernels");
  if ("sysPrefix" in place) return join(pythonPrefix(environment), "share", "jupyter", "kernels");
  return join(userDataFolder(environment), "kernels");
}

/** Jupyter's data folder of the user, as jupyter_core finds it. */
function userDataFolder(environment: NodeJS.ProcessEnv): string {
  if (environment.JUPYTER_DATA_DIR) return environment.JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(environment.APPDATA ?? homedir(), "jupyter");
  return join(environment.XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}

function pythonPrefix(environment: NodeJS.ProcessEnv): string {
  const named = environment.VIRTUAL_ENV || environment.CONDA_PREFIX;
  if (named) return named;
  const command = process.platform === "win32" ? "jupyter.exe" : "jupyter";
  const jupyter = (environment.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path));
  if (jupyter === undefined) {
    throw new Error("--sys-prefix: VIRTUAL_ENV and CONDA_PREFIX are not set and there is no jupyter on the PATH");
  }
  return dirname(dirname(realpathSync(jupyter)));
}
