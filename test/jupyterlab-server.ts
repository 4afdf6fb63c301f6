import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { jupyterEnvironment, python } from "./machine.js";

/** A JupyterLab that serves one folder. */
export interface JupyterLab {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts JupyterLab on `folder` without a token, on a free port of this machine, with `variables` on top of the environment. */
export async function startJupyterLab(folder: string, variables: NodeJS.ProcessEnv = {}): Promise<JupyterLab> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const options = [
    "--no-browser",
    "--allow-root",
    `--port=${port}`,
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=",
  ];
  const server = spawn(python, ["-m", "jupyterlab", ...options, `--ServerApp.root_dir=${folder}`], {
    env: { ...jupyterEnvironment, JUPYTERLAB_WORKSPACES_DIR: `${folder}/.workspaces`, ...variables },
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  while (!(await answers(`${address}/api`))) {
    if (server.exitCode !== null) throw new Error(`JupyterLab ended with status ${server.exitCode}`);
    await pause(200);
  }
  return {
    address,
    stop: () => {
      server.kill("SIGTERM");
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
