import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { descendantsOf } from "../scripts/processes.mjs";
import { checkout } from "./machine.js";

const program = `
  import { startJupyterLab } from ${JSON.stringify(join(checkout, "scripts/jupyterlab.mjs"))};
  import { command } from ${JSON.stringify(join(checkout, "scripts/run.mjs"))};
  await command(() => startJupyterLab("notebooks/01-microtubule.ipynb"));
`;

const started: { child: ChildProcess; ended: Promise<number | null> }[] = [];

afterEach(async () => {
  for (const { child } of started) child.kill("SIGTERM");
  await Promise.all(started.splice(0).map(({ ended }) => ended));
});

describe("JupyterLab as npm start runs it", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("ends on %s with status 0 and leaves no process", async (signal) => {
    const lab = await startLab();
    await startKernel(lab.url);
    const pids = descendantsOf(lab.child.pid!).map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThan(2);
    lab.child.kill(signal);
    expect(await lab.ended).toBe(0);
    expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  });

  it("prints its address last, and takes the next port when one is taken", async () => {
    const first = await startLab();
    const second = await startLab();
    for (const lab of [first, second]) {
      expect(lab.output().trimEnd().split("\n").at(-1)).toBe(lab.url.href);
      expect(lab.url.pathname).toBe("/lab/tree/notebooks/01-microtubule.ipynb");
      expect((await fetch(lab.url)).status).toBe(200);
    }
    expect(second.url.port).not.toBe(first.url.port);
  });
});

async function startLab() {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  started.push({ child, ended });
  while (!/^http:.*token=\w+\n/m.test(output)) {
    if (child.exitCode !== null) throw new Error(`JupyterLab ended: ${output}`);
    await pause(50);
  }
  return { child, ended, output: () => output, url: new URL(/^http:.*token=\w+$/m.exec(output)![0]) };
}

async function startKernel(url: URL) {
  const kernels = new URL(`/api/kernels${url.search}`, url);
  const response = await fetch(kernels, { method: "POST", body: JSON.stringify({ name: "rotoscope" }) });
  expect(response.status).toBe(201);
}
