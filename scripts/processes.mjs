import { readdirSync, readFileSync } from "node:fs";

/** A process and all that it started, as `{ pid, startTime }`; empty where there is no /proc. */
export function descendantsOf(pid) {
  const table = processTable();
  const found = table.filter((process) => process.pid === pid);
  for (const { pid: parent } of found) found.push(...table.filter((process) => process.parent === parent));
  return found;
}

/** Kills those of the processes that still run; one whose id now belongs to another is left alone. */
export function killProcesses(processes) {
  const table = processTable();
  for (const { pid, startTime } of processes) {
    if (table.some((entry) => entry.pid === pid && entry.startTime === startTime)) process.kill(pid, "SIGKILL");
  }
}

function processTable() {
  return folders()
    .filter((name) => /^\d+$/.test(name))
    .map(describe)
    .filter((entry) => entry !== undefined);
}

function folders() {
  try {
    return readdirSync("/proc");
  } catch {
    return [];
  }
}

/** The fields after the program's name, which may hold spaces and brackets; see proc(5). */
function describe(name) {
  try {
    const line = readFileSync(`/proc/${name}/stat`, "utf8");
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(name), parent: Number(fields[1]), startTime: fields[19] };
  } catch {
    return undefined;
  }
}
