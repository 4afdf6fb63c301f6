import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { jupyterEnvironment, python } from "./machine.js";

/** A Jupyter server that serves one folder. */
export interface JupyterLab {
  /** With the base URL, without a slash at its end. */
  readonly address: string;
  stop(): Promise<void>;
}

/** What is unusual about a server. */
export interface ServerOptions {
  /** On top of the environment. */
  readonly variables?: NodeJS.ProcessEnv;
  /** The Python that runs it. */
  readonly python?: string;
  /** The module that is run. */
  readonly module?: "jupyterlab" | "notebook";
  /** Path below which it answers, "/" by default. */
  readonly baseUrl?: string;
  readonly token?: string;
  /** More of its command line. */
  readonly options?: readonly string[];
}

/** Starts JupyterLab on `folder`, on a free port of this machine, without a token unless one is given. */
export async function startJupyterLab(folder: string, server: ServerOptions = {}): Promise<JupyterLab> {
  const port = await freePort();
  const { baseUrl = "/", token = "", variables } = server;
  const address = `http://127.0.0.1:${port}${baseUrl.replace(/\/$/, "")}`;
  const options = [
    "--no-browser",
    "--allow-root",
    `--port=${port}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.base_url=${baseUrl}`,
    `--IdentityProvider.token=${token}`,
    `--ServerApp.root_dir=${folder}`,
    ...(server.options ?? []),
  ];
  const child = spawn(server.python ?? python, ["-m", server.module ?? "jupyterlab", ...options], {
    env: { ...jupyterEnvironment, JUPYTERLAB_WORKSPACES_DIR: `${folder}/.workspaces`, ...variables },
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  while (!(await answers(`${address}/api`))) {
    if (child.exitCode !== null) throw new Error(`JupyterLab ended with status ${child.exitCode}`);
    await pause(200);
  }
  return {
    address,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
