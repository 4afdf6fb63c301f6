import { spawn } from "node:child_process";
import { constants } from "node:os";

/** A sentence for the person at the terminal: what is wrong and what to do. Printed without a stack. */
export class PlainError extends Error {}

/** The folder of the checkout; every path of the scripts starts from it. */
export const root = new URL("..", import.meta.url);

const running = new Set();
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"];
let stoppedBy;

/**
 * Runs a program to its end and returns its exit status. It has no input and a process group of its own: what stops
 * this process stops the whole group, so that no compiler, installer or search outlives a Ctrl-C.
 */
export async function run(command, args, env = process.env) {
  return await watch(spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"], detached: true }));
}

/** Like `run`; throws a PlainError that names `what` when the program fails. */
export async function runOrThrow(what, command, args, env) {
  const status = await run(command, args, env);
  if (status !== 0) throw new PlainError(`${what} failed (exit status ${status}); its output is above.`);
}

/** Like `runOrThrow`, but what the program prints is shown only when it fails. */
export async function runQuietly(what, command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  const status = await watch(child);
  if (status !== 0) throw new PlainError(`${Buffer.concat(output)}\n${what} failed (exit status ${status}).`);
}

/**
 * Resolves with the exit status of a child that leads its process group. On a stop signal `stop` is called, and when
 * the child has ended this process ends too, with `statusWhenStopped` or what is usual for the signal.
 */
export function watch(child, { stop = (signal) => signalGroup(child.pid, signal), statusWhenStopped } = {}) {
  const entry = { stop };
  running.add(entry);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      running.delete(entry);
      reject(new PlainError(`${child.spawnfile} can't be started: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      running.delete(entry);
      if (stoppedBy && running.size === 0) process.exit(statusWhenStopped ?? statusOf(stoppedBy));
      resolve(code ?? statusOf(signal));
    });
  });
}

/** Sends a signal to a process group; one that has already ended is fine. */
export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Runs a command's main function: a PlainError becomes one line and exit status 1, a stop signal 128 + its number. */
export async function command(main) {
  for (const signal of stopSignals) process.on(signal, () => stopAll(signal));
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function stopAll(signal) {
  stoppedBy ??= signal;
  if (running.size === 0) process.exit(statusOf(signal));
  for (const { stop } of running) stop(signal);
}

function statusOf(signal) {
  return 128 + constants.signals[signal];
}
