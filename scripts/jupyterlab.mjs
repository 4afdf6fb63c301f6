import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { jupyterVariables } from "./jupyter-parts.mjs";
import { descendantsOf, killProcesses } from "./processes.mjs";
import { python } from "./python-env.mjs";
import { PlainError, root, signalGroup, watch } from "./run.mjs";

const secondsToStart = 120;
const secondsToStop = 10;

/**
 * Starts JupyterLab on a notebook, prints its URL and resolves when it has ended. A stop signal ends it, its kernels
 * and its terminals, without a question.
 */
export async function startJupyterLab(notebook) {
  const token = randomBytes(24).toString("hex");
  const variables = jupyterVariables();
  mkdirSync(variables.JUPYTER_RUNTIME_DIR, { recursive: true });
  const logFile = `${variables.JUPYTER_RUNTIME_DIR}/jupyterlab.log`;
  const log = openSync(logFile, "w");
  const server = spawn(python, ["-m", "jupyterlab", ...options()], {
    cwd: root,
    env: { ...process.env, ...variables, JUPYTER_TOKEN: token },
    stdio: ["ignore", log, log],
    detached: true,
  });
  const ended = watchServer(server);
  const url = await Promise.race([ended, urlOf(server, variables.JUPYTER_RUNTIME_DIR, token)]);
  if (typeof url !== "string") throw new PlainError(`JupyterLab did not start:\n${readFileSync(logFile, "utf8")}`);
  console.log("JupyterLab is running; Ctrl-C ends it. Open this address in a browser:");
  console.log(`${url}lab/tree/${notebook}?token=${token}`);
  return await ended;
}

function options() {
  const rootFolder = fileURLToPath(root).replace(/\/$/, "");
  const always = ["--no-browser", "-y", `--ServerApp.root_dir=${rootFolder}`];
  if (process.getuid?.() !== 0) return always;
  console.log("You are root, so JupyterLab runs with --allow-root: its notebooks may do anything on this machine.");
  return [...always, "--allow-root"];
}

function watchServer(server) {
  let processes = [];
  server.once("close", () => killProcesses(processes));
  const stop = () => {
    if (processes.length > 0) return;
    processes = descendantsOf(server.pid);
    signalGroup(server.pid, "SIGTERM");
    setTimeout(() => killProcesses(processes), secondsToStop * 1000).unref();
  };
  return watch(server, { stop, statusWhenStopped: 0 });
}

/** JupyterLab writes its address, with the port that was free, to a file named by its process. */
async function urlOf(server, runtimeFolder, token) {
  const infoFile = `${runtimeFolder}/jpserver-${server.pid}.json`;
  for (const end = Date.now() + secondsToStart * 1000; Date.now() < end; await pause(100)) {
    if (!existsSync(infoFile)) continue;
    const info = parse(readFileSync(infoFile, "utf8"));
    if (info?.token === token && (await answers(`${info.url}api`))) return info.url;
  }
  signalGroup(server.pid, "SIGTERM");
  throw new PlainError(`JupyterLab did not answer within ${secondsToStart} seconds.`);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function answers(address) {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}
