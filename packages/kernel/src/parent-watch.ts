import { Worker } from "node:worker_threads";

const WATCH = `
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, 1000);
`;

/**
 * Ends the kernel when the process that started it is gone, also in the middle of a cell that never yields. Does
 * nothing when the kernel was not started by a Jupyter client.
 */
export function endWithParent(): void {
  if (process.env.JPY_PARENT_PID === undefined || process.platform === "win32") return;
  new Worker(WATCH, { eval: true, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref();
}
